//! Times, as each format writes them. All are in UTC; inside, a time is a number of Unix seconds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

fn write(seconds: i64, format: &str) -> String {
    // what cannot be written was refused when it came in, or is a clock far out: then the beginning of time
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime(format).to_string()
}

/// As the Statuspage API writes it: RFC 3339 with milliseconds, of which ours are always 0.
pub fn millis(seconds: i64) -> String {
    write(seconds, "%Y-%m-%dT%H:%M:%S.000Z")
}

/// RFC 3339, as Atom wants it (RFC 4287, 3.3).
pub fn rfc3339(seconds: i64) -> String {
    write(seconds, "%Y-%m-%dT%H:%M:%SZ")
}

/// As RSS 2.0 wants it: RFC 822 with four digits for the year.
pub fn rfc822(seconds: i64) -> String {
    write(seconds, "%a, %d %b %Y %H:%M:%S +0000")
}

/// For people.
pub fn spoken(seconds: i64) -> String {
    write(seconds, "%Y-%m-%d %H:%M UTC")
}

/// For a mail's `Date`.
pub fn system_time(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_its_own_way() {
        let at = 1_700_000_000;
        assert_eq!(millis(at), "2023-11-14T22:13:20.000Z");
        assert_eq!(rfc3339(at), "2023-11-14T22:13:20Z");
        assert_eq!(rfc822(at), "Tue, 14 Nov 2023 22:13:20 +0000");
        assert_eq!(spoken(at), "2023-11-14 22:13 UTC");
        assert_eq!(millis(i64::MAX), "1970-01-01T00:00:00.000Z");
    }
}
