//! Times in forms. All in UTC: who plans work for people in several zones needs one that all of them know.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// As a field of the kind `datetime-local` has it (HTML standard, 4.10.5.1.11).
pub(super) fn to_field(at: Option<i64>) -> String {
    let time = at.and_then(|at| Timestamp::from_second(at).ok());
    time.map(|time| time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default()
}

/// What somebody has put into such a field: nothing, a time, or something else.
pub(super) fn of_field(text: &str) -> Result<Option<i64>, NoTime> {
    if text.is_empty() {
        return Ok(None);
    }
    let time: DateTime = text.parse().map_err(|_| NoTime)?;
    let time = time.to_zoned(TimeZone::UTC).map_err(|_| NoTime)?;
    Ok(Some(time.timestamp().as_second()))
}

/// It is no time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoTime;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_comes_back_as_it_was_shown() {
        assert_eq!(to_field(Some(1_700_000_000)), "2023-11-14T22:13");
        assert_eq!(of_field("2023-11-14T22:13"), Ok(Some(1_699_999_980)));
        assert_eq!(of_field("2023-11-14T22:13:20"), Ok(Some(1_700_000_000)));
        assert_eq!((of_field(""), of_field("tomorrow"), to_field(None)), (Ok(None), Err(NoTime), String::new()));
    }
}
