//! How often the formula is wrong, and how late it is: on days that are made up, with chance that can be repeated.
//!
//! The made-up service has a busy afternoon and a quiet night, two thirds as much at weekends, and from quarter to quarter
//! a fifth more or less than that for no reason at all, beside the chance in what single people do.
//! `cargo run -p polystatus-incidents --example report-simulation` prints what comes of it, and draws a day.

use super::formula::{WEEKS, expectation};
use super::quarter::{PER_DAY, PER_WEEK, Quarter};
use super::{Expectation, State};

/// Chance that can be repeated: `SplitMix64` (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub struct Chance(pub u64);

impl Chance {
    /// A number in `0.0..1.0`.
    fn fraction(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let bits = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or_default();
        f64::from(bits) / 4_294_967_296.0 // 2^32
    }

    /// A number about 0 that lies within 1 in two of three cases: the sum of twelve (Irwin and Hall).
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.fraction()).sum::<f64>() - 6.0
    }

    /// How many of many people do something, when `mean` do it on average (Poisson, after Knuth).
    fn people(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut people) = ((-mean).exp(), self.fraction(), 0);
        while product > limit {
            product *= self.fraction();
            people += 1;
        }
        people
    }
}

/// A service that is reported `busiest` times in the busiest quarter of a usual week.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    /// Reports in the busiest quarter.
    pub busiest: f64,
}

impl Made {
    /// What is usual in this quarter: the truth, which the formula does not know.
    pub fn usual(self, quarter: Quarter) -> f64 {
        let hour = f64::from(u32::try_from(quarter.of_day()).unwrap_or_default()) / 4.0;
        // least at 3 in the morning, most at 3 in the afternoon
        let of_day = 0.55 - 0.45 * ((hour - 3.0) / 24.0 * std::f64::consts::TAU).cos();
        // 1 January 1970 was a Thursday
        let weekend = matches!((quarter.day().0 + 3).rem_euclid(7), 5 | 6);
        self.busiest * of_day * if weekend { 0.67 } else { 1.0 }
    }

    /// The reports in each minute of a quarter.
    fn minutes(self, quarter: Quarter, chance: &mut Chance) -> [u32; 15] {
        let mean = self.usual(quarter) * (1.0 + 0.2 * chance.bell()).max(0.1);
        std::array::from_fn(|_| chance.people(mean / 15.0))
    }
}

/// A problem: from a minute of the first made-up day on, so many reports more in each minute.
#[derive(Debug, Clone, Copy)]
pub struct Outage {
    /// Minutes after the start of the day.
    pub from: u32,
    /// Minutes that it takes.
    pub minutes: u32,
    /// Reports more in each minute.
    pub reports: f64,
}

/// Days of a made-up service, with the eight weeks before them.
#[derive(Debug, Clone)]
pub struct Days {
    first: Quarter,
    counts: Vec<u32>,
    /// The quarters before the first day.
    past: usize,
}

/// What the formula said of a quarter.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    /// The quarter.
    pub quarter: Quarter,
    /// Reports in it.
    pub reports: u32,
    /// What was expected.
    pub expected: Expectation,
    /// The state at its end.
    pub state: State,
}

impl Days {
    /// So many usual days.
    pub fn usual(made: Made, days: usize, chance: &mut Chance) -> Self {
        let past = usize::try_from(WEEKS * PER_WEEK).unwrap_or_default() + PER_DAY;
        let first = Quarter(20_000 * 96 - i64::try_from(past).unwrap_or_default());
        let quarters = (0_i64..).map(|place| first + place).take(past + days * PER_DAY);
        let counts = quarters.map(|quarter| made.minutes(quarter, chance).iter().sum()).collect();
        Self { first, counts, past }
    }

    fn count(&self, quarter: Quarter) -> Option<u32> {
        self.counts.get(usize::try_from(quarter.0 - self.first.0).ok()?).copied()
    }

    fn start(&self) -> Quarter {
        self.first + i64::try_from(self.past).unwrap_or_default()
    }

    /// What the formula says of each quarter.
    pub fn said(&self) -> Vec<Said> {
        let mut state = State::None;
        let all = (self.past..self.counts.len()).map(|place| self.first + i64::try_from(place).unwrap_or_default());
        all.map(|quarter| {
            let expected = |asked| expectation(asked, |quarter| self.count(quarter));
            // at its beginning nobody has reported yet, and at its end everybody
            let begun = |asked| if asked == quarter { Some(0) } else { self.count(asked) };
            state = state.next(quarter, begun, expected).next(quarter, |asked| self.count(asked), expected);
            let reports = self.count(quarter).unwrap_or_default();
            Said { quarter, reports, expected: expected(quarter), state }
        })
        .collect()
    }

    /// Add an outage to the first day, minute by minute: how many minutes it takes until the formula speaks of
    /// `possible`, and of `problems`.
    pub fn strike(&mut self, outage: Outage, chance: &mut Chance) -> [Option<u32>; 2] {
        let mut seen = [None, None];
        let start = self.start();
        for quarter in (0..96).map(|place| start + place) {
            let expected = expectation(quarter, |asked| self.count(asked));
            let first_minute = u32::try_from(quarter.of_day()).unwrap_or_default() * 15;
            let usual = self.count(quarter).unwrap_or_default();
            let mut more = 0;
            for minute in first_minute..first_minute + 15 {
                if (outage.from..outage.from + outage.minutes).contains(&minute) {
                    more += chance.people(outage.reports);
                    // of the usual ones, those that have come by now
                    let reports = usual * (minute - first_minute + 1) / 15 + more;
                    let late = minute + 1 - outage.from;
                    if reports >= expected.possible_from() {
                        seen[0].get_or_insert(late);
                    }
                    if reports >= expected.problems_from() {
                        seen[1].get_or_insert(late);
                    }
                }
            }
            let place = usize::try_from(quarter.0 - self.first.0).unwrap_or_default();
            self.counts[place] += more;
        }
        seen
    }
}

/// How often a service without any problem is said to have one, in 30 days: `possible` and `problems`.
pub fn false_alarms(made: Made, days: usize, chance: &mut Chance) -> [f64; 2] {
    let said = Days::usual(made, days, chance).said();
    let states: Vec<State> = std::iter::once(State::None).chain(said.iter().map(|said| said.state)).collect();
    let risen_to = |state: State| states.windows(2).filter(|two| two[0] < state && two[1] >= state).count();
    [State::Possible, State::Problems].map(|state| {
        let alarms = u32::try_from(risen_to(state)).unwrap_or(u32::MAX);
        f64::from(alarms) * 30.0 / f64::from(u32::try_from(days).unwrap_or(1))
    })
}

/// How late an outage of an hour is noticed, in minutes: for `possible` and `problems`, the median of many outages at
/// any time of the day. `None`: more than half of them are never noticed.
pub fn delays(made: Made, reports: f64, outages: usize, chance: &mut Chance) -> [Option<u32>; 2] {
    let calm = Days::usual(made, 1, chance);
    let mut seen = [Vec::new(), Vec::new()];
    for _ in 0..outages {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a minute of a day")]
        let from = (chance.fraction() * 1380.0) as u32;
        let noticed = calm.clone().strike(Outage { from, minutes: 60, reports }, chance);
        for (all, one) in seen.iter_mut().zip(noticed) {
            all.push(one.unwrap_or(u32::MAX));
        }
    }
    seen.map(|mut minutes| {
        minutes.sort_unstable();
        minutes.get(outages / 2).copied().filter(|minute| *minute < u32::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bounds that the documentation promises; the figures themselves are printed by the example.
    #[test]
    fn a_service_without_problems_is_hardly_ever_said_to_have_one() {
        for busiest in [0.5, 5.0, 50.0] {
            let [possible, problems] = false_alarms(Made { busiest }, 90, &mut Chance(7));
            assert!(possible <= 2.0, "{busiest}: {possible} in 30 days");
            assert!(problems <= 0.1, "{busiest}: {problems} in 30 days");
        }
    }

    #[test]
    fn an_outage_is_noticed_within_minutes() {
        for (busiest, reports, at_most) in [(0.5, 3.0, 4), (5.0, 3.0, 10), (50.0, 10.0, 12)] {
            let [possible, problems] = delays(Made { busiest }, reports, 50, &mut Chance(7));
            assert!(possible.is_some_and(|minutes| minutes <= at_most), "{busiest}: {possible:?}");
            assert!(problems.is_some_and(|minutes| minutes <= 2 * at_most), "{busiest}: {problems:?}");
        }
    }

    #[test]
    fn chance_is_what_it_says() {
        let (mut chance, times) = (Chance(1), 20_000_u32);
        let people: u32 = (0..times).map(|_| chance.people(4.0)).sum();
        let bell: f64 = (0..times).map(|_| chance.bell()).sum();
        assert!((f64::from(people) / f64::from(times) - 4.0).abs() < 0.05);
        assert!((bell / f64::from(times)).abs() < 0.05);
    }
}
