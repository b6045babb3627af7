//! Pictures, as SVG that stands in the page: no request, and the style sheet colours them.

use std::fmt::Write;

use super::bars::Bar;
use crate::model::{Condition, QUARTERS, Reports};

/// The height of a bar: the worse a day, the higher, so that the picture is read without colours.
const fn height(condition: Condition) -> usize {
    match condition {
        Condition::Operational => 14,
        Condition::Notice => 16,
        Condition::Unknown | Condition::Maintenance => 20,
        Condition::Degraded => 26,
        Condition::Partial => 33,
        Condition::Major => 40,
    }
}

/// The bars: a path for each condition, and not an element for each day, which would be a third of the page.
pub(super) fn bars(bars: &[Bar]) -> String {
    let mut svg = String::with_capacity(2048);
    let mut draw = |class: &str, wanted: Option<Condition>, high: usize| {
        let places = bars.iter().enumerate().filter(|(_, bar)| bar.worst == wanted).map(|(place, _)| place);
        let mut path = String::new();
        for place in places {
            // writing to a string does not fail
            let _ = write!(path, "M{} 40v-{high}h3v{high}z", place * 4);
        }
        if !path.is_empty() {
            let _ = write!(svg, "<path class=\"bar {class}\" d=\"{path}\"/>");
        }
    };
    draw("no-data", None, 3);
    for condition in Condition::ALL {
        draw(condition.as_str(), Some(condition), height(condition));
    }
    svg
}

/// The curve of reports: an area for what was counted, a dashed line for what is usual. Where nobody counted, there is a gap.
pub(super) fn curve(reports: &Reports) -> String {
    let most = reports.counts.iter().flatten().copied().max().unwrap_or(0);
    let usual = reports.usual.iter().copied().fold(0.0, f64::max);
    // a single report is no mountain
    let top = f64::from(most).max(usual).max(8.0);
    let y = |value: f64| 60.0 - value / top * 56.0;
    let (mut area, mut line) = (String::new(), String::new());
    let mut open = false;
    for (place, count) in reports.counts.iter().enumerate().take(QUARTERS) {
        let left = place * 4;
        match count {
            Some(count) => {
                let high = y(f64::from(*count));
                let start = if open { String::new() } else { format!("M{left} 60") };
                let _ = write!(area, "{start}L{left} {high:.1}h4");
                open = true;
            }
            None if open => {
                let _ = write!(area, "V60z");
                open = false;
            }
            None => {}
        }
    }
    if open {
        area.push_str("V60z");
    }
    for (place, usual) in reports.usual.iter().enumerate().take(QUARTERS) {
        let _ = write!(line, "{}{} {:.1}", if place == 0 { 'M' } else { 'L' }, place * 4 + 2, y(*usual));
    }
    format!(
        "<path class=\"counted\" d=\"{area}\"/><path class=\"usual\" d=\"{line}\"/><path class=\"ground\" d=\"M0 60h384\"/>"
    )
}

/// An hour of the curve's table.
pub(super) struct Hour {
    /// When it begins, in Unix seconds.
    pub at: i64,
    /// Reports; none where nobody counted in any of its quarters.
    pub counted: Option<u32>,
    /// How many are usual, with one digit behind the point.
    pub usual: String,
}

/// The curve as numbers, hour by hour.
pub(super) fn hours(reports: &Reports) -> Vec<Hour> {
    let quarters = reports.counts.chunks(4).zip(reports.usual.chunks(4)).enumerate();
    let hours = quarters.map(|(place, (counts, usual))| {
        let known: Vec<u32> = counts.iter().flatten().copied().collect();
        Hour {
            at: reports.start + i64::try_from(place).unwrap_or_default() * 3600,
            counted: (!known.is_empty()).then(|| known.iter().fold(0, |sum: u32, one| sum.saturating_add(*one))),
            usual: format!("{:.1}", usual.iter().sum::<f64>()),
        }
    });
    hours.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(worst: Option<Condition>) -> Bar {
        Bar { date: String::new(), worst, seen: 0, outage: 0 }
    }

    #[test]
    fn a_day_without_data_is_flat_and_no_good_day() {
        let svg = bars(&[bar(None), bar(Some(Condition::Operational)), bar(None)]);
        assert_eq!(
            svg,
            "<path class=\"bar no-data\" d=\"M0 40v-3h3v3zM8 40v-3h3v3z\"/>\
             <path class=\"bar operational\" d=\"M4 40v-14h3v14z\"/>"
        );
    }

    #[test]
    fn what_nobody_counted_is_a_gap() {
        let reports = Reports { counts: vec![Some(8), None, Some(4)], usual: vec![0.0; 3], ..Reports::default() };
        assert!(curve(&reports).starts_with("<path class=\"counted\" d=\"M0 60L0 4.0h4V60zM8 60L8 32.0h4V60z\"/>"));
        let hours = hours(&reports);
        assert_eq!((hours.len(), hours[0].counted, hours[0].usual.as_str()), (1, Some(12), "0.0"));
    }
}
