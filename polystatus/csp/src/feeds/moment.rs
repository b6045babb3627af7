//! Times, as providers write them.

use super::lenient::Word;

/// The first moment of the year 2000 and of the year 2100: what lies outside is no time of an incident, and most likely
/// milliseconds, or a zero that nobody set.
const PLAUSIBLE: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// A time in Unix seconds: RFC 3339 (with or without a zone), RFC 2822 as RSS has it, or a number of seconds or
/// milliseconds.
pub fn read(text: &str) -> Option<i64> {
    let text = text.trim();
    let seconds = match text.parse::<f64>() {
        Ok(number) => from_number(number)?,
        Err(_) => from_text(text)?,
    };
    PLAUSIBLE.contains(&seconds).then_some(seconds)
}

/// As [`read`], of a field that may hold a number.
pub fn of(word: &Word) -> Option<i64> {
    word.given().and_then(read)
}

/// When something ends, as a field says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It does not end yet: the field is absent, empty, or a zero that nobody set.
    Unsaid,
    /// Then; it may lie ahead.
    At(i64),
    /// Something stands there that is no time: nobody knows whether it is over.
    Unreadable,
}

impl End {
    /// What a field says.
    pub fn of(word: &Word) -> Self {
        match word.as_str().trim() {
            "" | "0" => Self::Unsaid,
            text => read(text).map_or(Self::Unreadable, Self::At),
        }
    }

    /// The time, if there is one.
    pub const fn time(self) -> Option<i64> {
        if let Self::At(time) = self { Some(time) } else { None }
    }

    /// Whether it goes on, as far as that can be told without a clock: `Some(false)` has an end, which may lie ahead.
    pub const fn goes_on(self) -> Option<bool> {
        match self {
            Self::Unsaid => Some(true),
            Self::At(_) => Some(false),
            Self::Unreadable => None,
        }
    }
}

fn from_number(number: f64) -> Option<i64> {
    // more seconds than there are in 4000 years: milliseconds
    let seconds = if number.abs() >= 100_000_000_000.0 { number / 1000.0 } else { number };
    // out of range, and not a number, become what no time is
    #[expect(clippy::cast_possible_truncation, reason = "fractions are dropped, and what is too large is refused next")]
    let whole = seconds as i64;
    seconds.is_finite().then_some(whole)
}

fn from_text(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_second());
    }
    if let Ok(time) = text.parse::<jiff::civil::DateTime>() {
        return time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|time| time.timestamp().as_second());
    }
    jiff::fmt::rfc2822::parse(text).ok().map(|time| time.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_write_a_time_is_read() {
        for text in [
            "2023-11-14T22:13:20Z",
            "2023-11-14T22:13:20.040Z",
            "2023-11-14T14:13:20-08:00",
            "2023-11-14T22:13:20",
            "Tue, 14 Nov 2023 22:13:20 GMT",
            "Tue, 14 Nov 2023 22:13:20 Z",
            "Tue, 14 Nov 2023 23:13:20 +0100",
            "1700000000",
            "1700000000.5",
            "1700000000000",
        ] {
            assert_eq!(read(text), Some(1_700_000_000), "{text}");
        }
    }

    #[test]
    fn an_end_that_cannot_be_read_is_no_end_and_no_beginning() {
        let end = |text: &str| End::of(&Word(text.to_owned()));
        assert_eq!([end(""), end("0"), end(" ")], [End::Unsaid; 3]);
        assert_eq!(end("2023-11-14T22:13:20Z"), End::At(1_700_000_000));
        assert_eq!(
            [end("soon").goes_on(), end("").goes_on(), end("1700000000").goes_on()],
            [None, Some(true), Some(false)]
        );
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "0", "-1", "NaN", "inf", "1e300", "yesterday", "2023-13-14T22:13:20Z", "0001-01-01T00:00:00Z"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
