//! Times, as people read them. All in UTC; a browser with the script shows them in its own zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Texts;

fn utc(at: i64) -> DateTime {
    Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC).datetime()
}

/// For programs (RFC 3339).
fn machine(at: i64) -> String {
    utc(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl Texts {
    /// A moment: an element that needs no escaping.
    pub(crate) fn moment(&self, at: i64) -> String {
        let time = utc(at);
        let month = self.months_short[usize::from(time.month().unsigned_abs()).saturating_sub(1) % 12];
        let (day, year, hour, minute) = (time.day(), time.year(), time.hour(), time.minute());
        let spoken = format!("{day} {month} {year}, {hour:02}:{minute:02} UTC");
        format!("<time datetime=\"{}\">{spoken}</time>", machine(at))
    }

    /// A date such as `2026-11-22`, for people; as it is when it is none.
    pub(crate) fn date(&self, date: &str) -> String {
        date.parse::<jiff::civil::Date>().map_or_else(
            |_| date.to_owned(),
            |date| {
                let month = self.months_short[usize::from(date.month().unsigned_abs()).saturating_sub(1) % 12];
                format!("{} {month} {}", date.day(), date.year())
            },
        )
    }

    /// The month of a moment, as a heading has it.
    pub(crate) fn month(&self, at: i64) -> String {
        let time = utc(at);
        let month = self.months[usize::from(time.month().unsigned_abs()).saturating_sub(1) % 12];
        format!("{month} {}", time.year())
    }

    /// A time of the day, in UTC.
    pub(crate) fn clock(at: i64) -> String {
        let time = utc(at);
        format!("{:02}:{:02}", time.hour(), time.minute())
    }
}

#[cfg(test)]
mod tests {
    use crate::texts::{self, Lang};

    #[test]
    fn each_language_has_its_own_way() {
        let (en, fr) = (texts::of(Lang::En), texts::of(Lang::Fr));
        assert_eq!(en.moment(1_700_000_000), "<time datetime=\"2023-11-14T22:13:20Z\">14 Nov 2023, 22:13 UTC</time>");
        assert_eq!(fr.date("2023-08-01"), "1 août 2023");
        assert_eq!(
            (en.month(1_700_000_000), fr.month(1_700_000_000)),
            ("November 2023".into(), "Novembre 2023".into())
        );
        assert_eq!(en.date("<b>"), "<b>");
    }
}
