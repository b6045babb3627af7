//! A scenario of a report: what to know of it, and its figures.

use super::figures::{count, float, megabytes, time};
use super::lab::Series;
use super::table::Table;

/// One scenario.
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What was measured, and what to know of it.
    pub text: String,
    /// The figures.
    pub table: Table,
}

/// The time that half and 99 in 100 of the answers took: for a table.
pub fn latency(series: &Series) -> [String; 2] {
    [time(series.p50().median()), time(series.p99().median())]
}

/// Processor time of a request, memory before and at most, time to start: for a table.
pub fn cost(series: &Series) -> [String; 4] {
    [
        time(series.processor().median()),
        megabytes(series.idle().median()),
        megabytes(series.peak().median()),
        time(series.started_in().median()),
    ]
}

/// A sentence about requests that did not get what they asked for; none when there were none.
pub fn failures(series: &[&Series]) -> String {
    let failed: Vec<String> = series
        .iter()
        .filter(|series| series.failed() > 0)
        .map(|series| format!("{} by {}", count(float(series.failed())), series.name))
        .collect();
    if failed.is_empty() { String::new() } else { format!(" Requests that failed: {}.", failed.join(", ")) }
}
