//! What the service that reads the feeds of cloud providers tells.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ReadError;
use super::lenient::{MOST, id, line, or_default};
use crate::model::{Condition, DAYS_SHOWN, Provider, ProviderDay, SECONDS_PER_DAY};

/// An event of a provider that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderEvent {
    /// Whose.
    pub provider: String,
    /// In one line.
    pub title: String,
}

/// The days of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderHistory {
    /// Whose.
    pub provider: String,
    /// The oldest first.
    pub days: Vec<ProviderDay>,
}

#[derive(Deserialize)]
struct StatusJson {
    #[serde(default, deserialize_with = "or_default")]
    provider: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    state: String,
    #[serde(default, deserialize_with = "or_default")]
    native: String,
    #[serde(default, deserialize_with = "or_default")]
    reachable: bool,
    #[serde(default, deserialize_with = "or_default")]
    parsed: bool,
    #[serde(default, deserialize_with = "or_default")]
    fresh: bool,
    as_of: Option<i64>,
    since: Option<i64>,
}

/// `/api/v1/csp/status`
///
/// # Errors
/// When it is none.
pub fn providers(body: &[u8]) -> Result<Vec<Provider>, ReadError> {
    let json: Vec<StatusJson> = serde_json::from_slice(body)?;
    let providers = json.iter().take(MOST).filter_map(|one| {
        Some(Provider {
            id: id(&one.provider)?,
            name: line(&one.name),
            condition: Condition::of_word(&one.state),
            native: line(&one.native),
            reachable: one.reachable,
            parsed: one.parsed,
            fresh: one.fresh,
            as_of: one.as_of,
            since: one.since,
            events: Vec::new(),
            days: Vec::new(),
        })
    });
    Ok(providers.collect())
}

#[derive(Deserialize)]
struct HistoryJson {
    #[serde(default, deserialize_with = "or_default")]
    provider: String,
    #[serde(default, deserialize_with = "or_default")]
    days: Vec<DayJson>,
}

#[derive(Deserialize)]
struct DayJson {
    #[serde(default, deserialize_with = "or_default")]
    date: String,
    #[serde(default, deserialize_with = "or_default")]
    seconds: BTreeMap<String, i64>,
}

/// `/api/v1/csp/history`
///
/// # Errors
/// When it is none.
pub fn provider_days(body: &[u8]) -> Result<Vec<ProviderHistory>, ReadError> {
    let json: Vec<HistoryJson> = serde_json::from_slice(body)?;
    let histories = json.into_iter().take(MOST).filter_map(|history| {
        let days = history.days.into_iter().rev().take(DAYS_SHOWN + 1).map(|day| {
            let mut seconds = BTreeMap::new();
            for (word, count) in day.seconds {
                let sum: &mut i64 = seconds.entry(Condition::of_word(&word)).or_default();
                *sum = sum.saturating_add(count.clamp(0, SECONDS_PER_DAY));
            }
            ProviderDay { date: line(&day.date), seconds }
        });
        let mut days: Vec<_> = days.collect();
        days.reverse();
        Some(ProviderHistory { provider: id(&history.provider)?, days })
    });
    Ok(histories.collect())
}

#[derive(Deserialize)]
struct EventJson {
    #[serde(default, deserialize_with = "or_default")]
    provider: String,
    #[serde(default, deserialize_with = "or_default")]
    title: String,
    #[serde(default, deserialize_with = "or_default")]
    watched: bool,
}

/// `/api/v1/csp/events?active=true`: those that concern what is watched.
///
/// # Errors
/// When it is none.
pub fn provider_events(body: &[u8]) -> Result<Vec<ProviderEvent>, ReadError> {
    let json: Vec<EventJson> = serde_json::from_slice(body)?;
    let watched = json.iter().filter(|event| event.watched).take(MOST);
    Ok(watched
        .filter_map(|one| Some(ProviderEvent { provider: id(&one.provider)?, title: line(&one.title) }))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_of_which_little_is_told_is_unknown() {
        let providers =
            providers(br#"[{"provider":"github"},{"provider":"aws","state":"operational","as_of":5}]"#).unwrap();
        assert_eq!(providers[0].condition, Condition::Unknown);
        assert_eq!((providers[1].condition, providers[1].as_of), (Condition::Operational, Some(5)));
    }

    #[test]
    fn the_days_of_a_quarter_of_a_year_are_kept_and_no_day_has_more_than_its_seconds() {
        let days: Vec<String> =
            (0..200).map(|day| format!(r#"{{"date":"{day:03}","seconds":{{"major_outage":999999}}}}"#)).collect();
        let body = format!(r#"[{{"provider":"aws","days":[{}]}}]"#, days.join(","));
        let history = provider_days(body.as_bytes()).unwrap();
        assert_eq!((history[0].days.len(), history[0].days[0].date.as_str()), (DAYS_SHOWN + 1, "109"));
        assert_eq!(history[0].days[0].seconds[&Condition::Major], SECONDS_PER_DAY);
    }
}
