//! What each of the last 90 days was like: from what was seen, and from what was told of it.

use std::collections::BTreeMap;

use store::Snapshot;

use crate::model::{Condition, DAYS_SHOWN, Day, Incident, ProviderDay, SECONDS_PER_DAY, account, day_of};

/// A day. Without a condition, nothing is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bar {
    /// As in `2026-11-22`.
    pub date: String,
    /// The worst of it.
    pub worst: Option<Condition>,
    /// For how many seconds it was seen.
    pub seen: i64,
    /// For how many of them there was an outage.
    pub outage: i64,
}

/// Seconds that must have been seen before a share means anything: an hour.
const ENOUGH: i64 = 3600;

impl Bar {
    fn of(date: String, seconds: Option<&BTreeMap<Condition, i64>>) -> Self {
        let Some(seconds) = seconds else { return Self { date, worst: None, seen: 0, outage: 0 } };
        // of what the peer itself did not know, nothing is known
        let known = || seconds.iter().filter(|(condition, count)| **condition != Condition::Unknown && **count > 0);
        Self {
            date,
            worst: known().map(|(condition, _)| *condition).max(),
            seen: known().map(|(_, count)| count).sum(),
            outage: known().filter(|(condition, _)| condition.is_outage()).map(|(_, count)| count).sum(),
        }
    }
}

/// The last 90 days up to `now`, the oldest first.
fn dates(now: i64) -> Vec<String> {
    let shown = i64::try_from(DAYS_SHOWN).unwrap_or_default();
    (0..shown).rev().map(|back| day_of(now - back * SECONDS_PER_DAY)).collect()
}

/// The days of a service.
pub(super) fn of_service(snapshot: &Snapshot, component: &str, told: &[&Incident], now: i64) -> Vec<Bar> {
    let bars = dates(now).into_iter().map(|date| {
        let day = snapshot.get::<Day>(&Day::key_of(component, &date));
        Bar::of(date, day.map(|day| &day.seconds))
    });
    let mut bars: Vec<Bar> = bars.collect();
    // what was told counts too, also on days on which nobody looked: a page that forgets its incidents is believed by nobody
    let oldest = now - i64::try_from(DAYS_SHOWN).unwrap_or_default() * SECONDS_PER_DAY;
    for incident in told {
        for (date, seconds) in
            account(incident.started_at.max(oldest), incident.resolved_at.map_or(now, |end| end.min(now)))
        {
            let Some(bar) = bars.iter_mut().find(|bar| bar.date == date) else { continue };
            bar.worst = bar.worst.max(Some(incident.impact));
            if incident.impact.is_outage() {
                bar.outage = bar.outage.max(seconds.min(bar.seen));
            }
        }
    }
    bars
}

/// The days of a provider.
pub(super) fn of_provider(days: &[ProviderDay], now: i64) -> Vec<Bar> {
    let find = |date: &String| days.iter().find(|day| day.date == *date).map(|day| &day.seconds);
    dates(now).into_iter().map(|date| Bar::of(date.clone(), find(&date))).collect()
}

/// The share of the time that was seen in which there was no outage, in hundredths of a per cent; none when too little was
/// seen. Rounded down: what had an outage is never called perfect.
pub(super) fn uptime(bars: &[Bar]) -> Option<i64> {
    let seen: i64 = bars.iter().map(|bar| bar.seen).sum();
    let outage: i64 = bars.iter().map(|bar| bar.outage).sum();
    (seen >= ENOUGH).then(|| (seen - outage.min(seen)) * 10_000 / seen)
}

/// Days of which something was seen.
pub(super) fn days_seen(bars: &[Bar]) -> usize {
    bars.iter().filter(|bar| bar.seen > 0).count()
}

/// The share, for people: `99.98`, and `100` where nothing was missing.
pub(super) fn spoken(hundredths: i64) -> String {
    if hundredths == 10_000 { "100".to_owned() } else { format!("{}.{:02}", hundredths / 100, hundredths % 100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(seen: i64, outage: i64) -> Bar {
        Bar { date: String::new(), worst: None, seen, outage }
    }

    #[test]
    fn what_nobody_saw_is_no_uptime() {
        assert_eq!(uptime(&[]), None);
        assert_eq!(uptime(&[bar(0, 0), bar(3599, 0)]), None);
        assert_eq!(uptime(&[bar(0, 0), bar(3600, 0)]), Some(10_000));
    }

    #[test]
    fn one_second_of_outage_is_not_perfect() {
        let quarter: Vec<Bar> = (0..90).map(|day| bar(86_400, i64::from(day == 0))).collect();
        assert_eq!(uptime(&quarter).map(spoken).as_deref(), Some("99.99"));
        assert_eq!(spoken(5), "0.05");
        assert_eq!(spoken(10_000), "100");
    }

    #[test]
    fn a_day_of_which_the_peer_knew_nothing_has_no_data() {
        let unknown = BTreeMap::from([(Condition::Unknown, 86_400)]);
        assert_eq!(Bar::of(String::new(), Some(&unknown)), bar(0, 0));
        let mixed = BTreeMap::from([(Condition::Unknown, 400), (Condition::Operational, 86_000)]);
        assert_eq!(Bar::of(String::new(), Some(&mixed)).seen, 86_000);
    }
}
