//! What the page and its picture tell.

use super::super::figures::{count, float, megabytes, ratio, spread, time};
use super::super::plot::{Bar, Chart, Kind, LESS, Plot};
use super::super::section::Section;
use super::super::table::Table;
use super::lag::BYTES;
use super::{CLIENTS, DISTANCE, FILES, LAG, Outcome};

/// From the answer until it is copied.
pub fn lags(outcome: &Outcome) -> Section {
    let mut table = Table::new(&["uploads", "files", "p50", "p99", "rounds", "the last"]);
    for lags in &outcome.lags {
        table.row(vec![
            lags.what.to_owned(),
            count(float(lags.files as u64)),
            time(lags.p50.median()),
            time(lags.p99.median()),
            spread(lags.p99.spread()),
            time(lags.most.median()),
        ]);
    }
    let text = format!(
        "Files of {} KiB, each of other content. A trickle is one file every {} ms. A burst is {CLIENTS} clients that upload \
         {FILES} files each, as fast as they are answered: {} files a second were copied, from its first upload until all \
         were. Beside a large file, the trickle goes on while that is being copied: changes are written down in their \
         order, so those behind it wait until it is there.",
        BYTES / 1024,
        DISTANCE.as_millis(),
        count(outcome.burst.median()),
    );
    Section { title: "From the answer until it is copied".to_owned(), text, table }
}

/// A large file.
pub fn rate(outcome: &Outcome, mib: u32) -> Section {
    let mut table = Table::new(&["who", "MB/s", "rounds", "of the disk"]);
    for (name, rates) in [("written and synced by a program", &outcome.disk), ("copied by the backup", &outcome.copied)]
    {
        let share = ratio(rates.ratio_to(&outcome.disk));
        table.row(vec![name.to_owned(), count(rates.median()), spread(rates.spread()), share]);
    }
    let text = format!(
        "From the answer to the upload of {mib} MiB until they are copied, small files beside it. The API sends them from the \
         page cache; the backup computes their SHA-256, writes and syncs them. It had {} of memory at most.",
        megabytes(outcome.memory.median())
    );
    Section { title: "A large file".to_owned(), text, table }
}

/// The lags as bars.
pub fn picture(outcome: &Outcome) -> Plot {
    let chart = |title: &str, at: fn(&super::Lags) -> f64, goal: f64| {
        let bar = |(place, lags): (usize, &super::Lags)| Bar {
            name: lags.what.to_owned(),
            figure: at(lags),
            label: time(at(lags)),
            kind: Kind::Ours,
            goal: (place == 0).then_some(goal),
        };
        Chart { title: title.to_owned(), better: LESS, bars: outcome.lags.iter().enumerate().map(bar).collect() }
    };
    Plot {
        title: "From the answer to an upload until it is copied".to_owned(),
        charts: vec![
            chart("Half of the files: seconds", |lags| lags.p50.median(), LAG.0),
            chart("99 in 100 of the files: seconds", |lags| lags.p99.median(), LAG.1),
        ],
    }
}
