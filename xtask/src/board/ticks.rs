//! Round values along an axis.

use jiff::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// The first Monday of Unix time, 1970-01-05: steps of a week then fall on Mondays.
const MONDAY: i64 = 4 * DAY;

const STEPS: [i64; 14] = [
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
    91 * DAY,
];

/// A mark on the time axis.
#[derive(Debug, PartialEq, Eq)]
pub struct Tick {
    /// Unix seconds.
    pub at: i64,
    /// The hour, or the day when the marks are days apart. All in UTC, so that every reader sees the same page.
    pub label: String,
    /// The day, under the first hour of each day.
    pub day: Option<String>,
}

/// At most `most` marks (at least one) from `start` to `end`, in Unix seconds.
pub fn times(start: i64, end: i64, most: i64) -> Vec<Tick> {
    let fits = |step: i64| (end - start) / step < most;
    let mut step = STEPS.into_iter().find(|step| fits(*step)).unwrap_or(STEPS[STEPS.len() - 1]);
    while !fits(step) {
        step *= 2;
    }
    let first = start + (MONDAY - start).rem_euclid(step);
    let mut at: Vec<i64> = (first..=end).step_by(usize::try_from(step).unwrap_or(1)).collect();
    if at.is_empty() {
        at.push(start);
    }
    let mut shown = String::new();
    let tick = |at| {
        let (day, hour) = (day(at), hour(at));
        if step >= DAY {
            return Tick { at, label: day, day: None };
        }
        let new = (day != shown).then(|| day.clone());
        shown = day;
        Tick { at, label: hour, day: new }
    };
    at.into_iter().map(tick).collect()
}

/// The day of a time: ISO 8601, since 11/12 is one day in Paris and another in Boston.
pub fn day(at: i64) -> String {
    Timestamp::from_second(at).map(|time| time.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

fn hour(at: i64) -> String {
    Timestamp::from_second(at).map(|time| time.strftime("%H:%M").to_string()).unwrap_or_default()
}

/// The distance between round counts, so that at most `most` of them lead up to `highest`.
pub fn count_step(highest: u32, most: u32) -> u32 {
    let mut tens = 1;
    loop {
        for step in [1, 2, 5].map(|digit| digit * tens) {
            if highest / step <= most {
                return step;
            }
        }
        tens *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22 17:42:00 UTC, a Sunday.
    const SUNDAY: i64 = 1_795_369_320;

    fn labels(start: i64, end: i64) -> Vec<String> {
        let label = |tick: Tick| tick.day.map_or(tick.label.clone(), |day| format!("{} {day}", tick.label));
        times(start, end, 6).into_iter().map(label).collect()
    }

    #[test]
    fn hours_name_their_day_once() {
        let seen = labels(SUNDAY, SUNDAY + 10 * HOUR);
        assert_eq!(seen, ["18:00 2026-11-22", "21:00", "00:00 2026-11-23", "03:00"]);
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(labels(SUNDAY, SUNDAY + 20 * DAY), ["2026-11-23", "2026-11-30", "2026-12-07"]);
    }

    #[test]
    fn there_is_always_a_mark_and_never_too_many() {
        for span in [0, 1, 59, 61, 400, 7_000, DAY - 1, 3 * DAY, 50 * DAY, 400 * DAY, 9_000 * DAY] {
            let count = times(SUNDAY, SUNDAY + span, 6).len();
            assert!((1..=7).contains(&count), "{count} marks in {span} seconds");
        }
    }

    #[test]
    fn counts_go_up_in_ones_twos_and_fives() {
        let steps = [0, 4, 6, 7, 12, 13, 30, 31, 60, 999].map(|highest| count_step(highest, 6));
        assert_eq!(steps, [1, 1, 1, 2, 2, 2, 5, 5, 10, 200]);
    }
}
