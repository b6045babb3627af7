//! What is kept of reports: for each service and day, how many said what in which quarter. Nothing of who it was.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::Snapshot;

use super::quarter::{Day, PER_DAY, Quarter};
use super::{Symptom, formula};
use crate::model::ServiceId;

/// Minutes of a quarter in which we must have been there, so that its number of reports means anything.
const MINUTES_THAT_COUNT: u32 = 8;

/// How long days are kept: as long as the formula looks back, and one more week.
pub const DAYS_KEPT: i64 = 7 * (formula::WEEKS + 1);

/// The reports on one service in one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDay {
    /// The service.
    pub service: ServiceId,
    /// The day, as in `2026-11-22`.
    pub date: String,
    /// For each symptom that was reported, 96 numbers.
    counts: BTreeMap<Symptom, Vec<u32>>,
}

/// When we were there in one day: a report that nobody could take is not a report that nobody had to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchDay {
    /// The day, as in `2026-11-22`.
    pub date: String,
    /// For each quarter a bit for each of its minutes.
    minutes: Vec<u16>,
}

impl ReportDay {
    /// A day without reports.
    pub fn new(service: ServiceId, day: Day) -> Self {
        Self { service, date: day.to_string(), counts: BTreeMap::new() }
    }

    /// Its key.
    pub fn key_of(service: &ServiceId, day: Day) -> String {
        format!("{service}/{day}")
    }

    /// One report more.
    pub fn add(&mut self, quarter: Quarter, symptom: Symptom) {
        self.add_many(quarter, symptom, 1);
    }

    /// So many reports more.
    pub fn add_many(&mut self, quarter: Quarter, symptom: Symptom, reports: u32) {
        let counts = self.counts.entry(symptom).or_insert_with(|| vec![0; PER_DAY]);
        if let Some(count) = counts.get_mut(quarter.of_day()) {
            *count = count.saturating_add(reports);
        }
    }

    /// How many reports there were in this quarter.
    pub fn count(&self, quarter: Quarter) -> u32 {
        self.counts.values().map(|counts| counts.get(quarter.of_day()).copied().unwrap_or(0)).sum()
    }

    /// The symptoms that were reported in this quarter, with their numbers.
    pub fn symptoms(&self, quarter: Quarter) -> impl Iterator<Item = (Symptom, u32)> {
        self.counts.iter().filter_map(move |(symptom, counts)| Some((*symptom, *counts.get(quarter.of_day())?)))
    }
}

impl WatchDay {
    /// A day in which we have not been there yet.
    pub fn new(day: Day) -> Self {
        Self { date: day.to_string(), minutes: vec![0; PER_DAY] }
    }

    /// A day in which we were there all the time.
    pub fn complete(day: Day) -> Self {
        Self { minutes: vec![(1 << 15) - 1; PER_DAY], ..Self::new(day) }
    }

    /// We are there in this minute; `false` when that was noted before.
    pub fn note(&mut self, seconds: i64) -> bool {
        let new = !self.is_noted(seconds);
        let (quarter, bit) = minute(seconds);
        if let Some(minutes) = self.minutes.get_mut(quarter.of_day()) {
            *minutes |= bit;
        }
        new
    }

    /// Whether this minute was noted.
    pub fn is_noted(&self, seconds: i64) -> bool {
        let (quarter, bit) = minute(seconds);
        self.minutes.get(quarter.of_day()).is_none_or(|minutes| minutes & bit != 0)
    }

    fn was_there(&self, quarter: Quarter) -> bool {
        self.minutes.get(quarter.of_day()).is_some_and(|minutes| minutes.count_ones() >= MINUTES_THAT_COUNT)
    }
}

/// The quarter of this moment, and the bit of its minute there.
fn minute(seconds: i64) -> (Quarter, u16) {
    let quarter = Quarter::at(seconds);
    (quarter, 1 << ((seconds - quarter.start()) / 60))
}

/// The reports on one service, looked up where they are kept.
#[derive(Clone, Copy)]
pub struct History<'a> {
    snapshot: &'a Snapshot,
    service: &'a ServiceId,
    /// Before this the service was not in the catalogue, and nobody could report it.
    since: Quarter,
    /// The present quarter: it has data, though it is not over.
    now: Quarter,
}

impl<'a> History<'a> {
    /// The reports on a service that was added to the catalogue at `since`, as of `now`: both in Unix seconds.
    pub fn of(snapshot: &'a Snapshot, service: &'a ServiceId, since: i64, now: i64) -> Self {
        Self { snapshot, service, since: Quarter::at(since), now: Quarter::at(now) }
    }

    /// How many reports there were in a quarter; `None` when nobody knows.
    pub fn count(&self, quarter: Quarter) -> Option<u32> {
        let known = quarter == self.now || (quarter >= self.since && quarter < self.now && self.was_there(quarter));
        known.then(|| self.day(quarter.day()).map_or(0, |day| day.count(quarter)))
    }

    /// What was reported in the 24 hours up to now, the most frequent first.
    pub fn symptoms(&self) -> Vec<(Symptom, u32)> {
        let mut totals = BTreeMap::<Symptom, u32>::new();
        for quarter in self.now.last_day() {
            for (symptom, count) in self.day(quarter.day()).into_iter().flat_map(|day| day.symptoms(quarter)) {
                *totals.entry(symptom).or_default() += count;
            }
        }
        let mut totals: Vec<_> = totals.into_iter().filter(|(_, count)| *count > 0).collect();
        totals.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        totals
    }

    /// The present quarter.
    pub const fn now(&self) -> Quarter {
        self.now
    }

    fn day(&self, day: Day) -> Option<&'a ReportDay> {
        self.snapshot.get::<ReportDay>(&ReportDay::key_of(self.service, day)).map(|entry| &entry.document)
    }

    fn was_there(&self, quarter: Quarter) -> bool {
        let day = self.snapshot.get::<WatchDay>(&quarter.day().to_string());
        day.is_some_and(|day| day.was_there(quarter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_counts_when_we_were_there_for_most_of_it() {
        let quarter = Quarter::at(1_700_000_000);
        let mut day = WatchDay::new(quarter.day());
        for minute in 0..7 {
            assert!(day.note(quarter.start() + 60 * minute));
        }
        assert!(!day.note(quarter.start() + 59), "the first minute again");
        assert!(!day.was_there(quarter));
        assert!(day.note(quarter.start() + 899));
        assert!(day.was_there(quarter) && !day.was_there(quarter + 1));
        assert!(WatchDay::complete(quarter.day()).was_there(quarter + 1));
    }
}
