//! Moments, as people write and read them.

use std::fmt;

use jiff::Timestamp;

/// A moment that somebody has named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(Timestamp);

/// RFC 3339. A zone must be there: two people mean two moments by ten o'clock.
pub(super) fn parse(text: &str) -> Result<Moment, &'static str> {
    text.parse().map(Moment).map_err(|_| "must be a moment such as 2026-11-22T10:00:00Z or 2026-11-22T11:00:00+01:00")
}

impl Moment {
    /// The second in which it lies: changes of that second are before it.
    pub(super) fn unix_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// This second; none when no calendar has it.
    pub(super) fn of(unix_seconds: i64) -> Option<Self> {
        Timestamp::from_second(unix_seconds).ok().map(Self)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// This second in words, as `--at` takes it.
pub(super) fn shown(unix_seconds: i64) -> String {
    Moment::of(unix_seconds).map_or_else(|| format!("second {unix_seconds}"), |moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_any_zone_and_never_without_one() {
        assert_eq!(parse("2026-11-22T10:00:00Z").map(Moment::unix_seconds), Ok(1_795_341_600));
        assert_eq!(parse("2026-11-22T11:00:00.9+01:00").map(Moment::unix_seconds), Ok(1_795_341_600));
        for wrong in ["", "yesterday", "2026-11-22", "2026-11-22T10:00:00", "2026-13-01T00:00:00Z", "1795341600"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(shown(1_795_341_600), "2026-11-22T10:00:00Z");
        assert_eq!(shown(i64::MAX), format!("second {}", i64::MAX));
    }
}
