//! Figures: their median over the rounds, their ratio to another's, and how a person reads them.

use std::time::Duration;

/// One figure per round, in the order of the rounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Rounds(Vec<f64>);

impl Rounds {
    /// The figures of some rounds; at least one.
    pub fn new(figures: impl IntoIterator<Item = f64>) -> Self {
        Self(figures.into_iter().collect())
    }

    /// The one in the middle: a round that was disturbed does not move it, as it would move the mean.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match (sorted.len(), sorted.len() / 2) {
            (0, _) => f64::NAN,
            (count, middle) if count % 2 == 0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
            (_, middle) => sorted[middle],
        }
    }

    /// The median of the rounds' ratios: both sides of each are from the same round, a moment apart, so whatever slows
    /// the machine for a while slows both.
    pub fn ratio_to(&self, other: &Self) -> f64 {
        Self::new(self.0.iter().zip(&other.0).map(|(one, other)| one / other)).median()
    }

    /// How far the furthest round lies from the median, as a share of it; one round alone tells nothing of that.
    pub fn spread(&self) -> Option<f64> {
        let median = self.median();
        let furthest = self.0.iter().map(|figure| (figure - median).abs() / median).fold(0.0, f64::max);
        (self.0.len() > 1).then_some(furthest)
    }
}

/// As a float: what is counted here stays far below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "bytes, ticks and requests of one run fit into 53 bits")]
pub fn float(count: u64) -> f64 {
    count as f64
}

/// `166,500`: no digits after the point, thousands apart; under 100, one digit after the point.
pub fn count(figure: f64) -> String {
    if figure < 100.0 {
        return format!("{figure:.1}");
    }
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `0.94`, `42.1`, `118`: three digits that count.
pub fn ratio(figure: f64) -> String {
    match figure {
        ..10.0 => format!("{figure:.2}"),
        ..100.0 => format!("{figure:.1}"),
        _ => count(figure),
    }
}

/// `381 µs`, `1.3 ms`, `24 ms`, `1.5 s`.
pub fn time(seconds: f64) -> String {
    match seconds {
        ..0.000_01 => format!("{:.1} µs", seconds * 1e6),
        ..0.001 => format!("{:.0} µs", seconds * 1e6),
        ..0.01 => format!("{:.1} ms", seconds * 1e3),
        ..1.0 => format!("{:.0} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}

/// `14.2 MB`, a megabyte being a million bytes.
pub fn megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}

/// `±3 %`, or a dash for what is not known.
pub fn spread(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("±{:.0} %", share * 100.0))
}

/// `4 min`, `50 s`: how long something will take, roughly.
pub fn about(time: Duration) -> String {
    match time.as_secs() {
        seconds @ ..100 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_a_disturbed_round() {
        assert_eq!(Rounds::new([100.0, 3.0, 102.0]).median().to_string(), "100");
        assert_eq!(Rounds::new([1.0, 2.0]).median().to_string(), "1.5");
    }

    #[test]
    fn a_ratio_compares_within_each_round() {
        // the machine slows down from round to round; the ratio stays
        let ours = Rounds::new([90.0, 45.0, 9.0]);
        let limit = Rounds::new([100.0, 50.0, 10.0]);
        assert_eq!(ratio(ours.ratio_to(&limit)), "0.90");
        assert_eq!(spread(ours.spread()), "±100 %");
        assert_eq!(spread(Rounds::new([5.0]).spread()), "–");
    }

    #[test]
    fn figures_are_written_as_a_person_reads_them() {
        assert_eq!([count(166_500.4), count(999.6), count(42.26)], ["166,500", "1,000", "42.3"]);
        assert_eq!([ratio(0.937), ratio(42.13), ratio(118.2)], ["0.94", "42.1", "118"]);
        assert_eq!(time(0.000_006_04), "6.0 µs");
        assert_eq!([time(0.000_381), time(0.001_27), time(0.024), time(1.5)], ["381 µs", "1.3 ms", "24 ms", "1.5 s"]);
        assert_eq!(megabytes(14_200_000.0), "14.2 MB");
        assert_eq!([about(Duration::from_secs(50)), about(Duration::from_secs(200))], ["50 s", "4 min"]);
    }
}
