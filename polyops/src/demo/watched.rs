//! How the services were on each of the 90 days, as the status page would have seen it: written into its storage before it
//! starts, with its own types. It learns that by looking, and nobody can look at the past.

use std::path::Path;

use chassis::StartError;
use chassis::ids::RandomIds;
use polystatus_communications::model::ComponentStatus;
use polystatus_communications::pages::statuspage::short_id;
use polystatus_frontend::known::kept;
use polystatus_frontend::model::{Condition, DAYS_SHOWN, Day, SECONDS_PER_DAY, account};
use polystatus_incidents::model::ServiceId;
use store::{Draft, Store, StoreError, StoreUrl};

use super::acts::span;
use super::story::{IncidentOfStory, Story, seconds};

/// What the collections begin with in Redis; a file has no use for it.
const NAMESPACE: &str = "frontend";

/// A time in which a service was not as it should be: from, until (Unix seconds), and how it was.
type Trouble = (i64, i64, Condition);

/// Write how it was, up to now.
///
/// # Errors
/// When the storage cannot be written.
pub async fn write(data: &Path, story: &Story, now: i64) -> Result<(), StartError> {
    let url = StoreUrl::Sqlite(data.join("frontend.db").display().to_string());
    let kept = Store::open(&url, NAMESPACE, kept::schema(), &RandomIds).await?;
    let days = days(story, now)?;
    let put = move |draft: &mut Draft| -> Result<(), StoreError> {
        for day in &days {
            draft.put(day.clone());
        }
        Ok(())
    };
    Ok(kept.write(put).await?)
}

/// The days of every service, today's up to now.
fn days(story: &Story, now: i64) -> Result<Vec<Day>, StartError> {
    let today = now.div_euclid(SECONDS_PER_DAY);
    let first = (today + 1 - i64::try_from(DAYS_SHOWN)?) * SECONDS_PER_DAY;
    let mut days = Vec::new();
    for service in &story.services {
        let id: ServiceId = service.name.parse()?;
        // as the communications service names it in its status API
        let component = short_id("component", id.as_str());
        let troubles = troubles(story, &service.name, now);
        for (from, until, condition) in stretches(&troubles, first, now) {
            for (date, seconds) in account(from, until) {
                if days.last().is_none_or(|day: &Day| day.component != component || day.date != date) {
                    days.push(Day::new(&component, &date));
                }
                if let Some(day) = days.last_mut() {
                    day.add(condition, seconds);
                }
            }
        }
    }
    Ok(days)
}

/// When this service was not as it should be.
fn troubles(story: &Story, service: &String, now: i64) -> Vec<Trouble> {
    let incidents = story.incidents.iter().filter(|one| one.services.contains(service));
    let incidents = incidents.map(|one| {
        let (from, until) = hurt(one, now);
        // the status API's own rule, and its own words: the page reads them
        (from, until, Condition::of_word(ComponentStatus::of_severity(one.sev).as_str()))
    });
    let works = story.maintenances.iter().filter(|work| work.services.contains(service));
    let works = works.map(|work| {
        let (from, until) = span(work, now);
        (from, until, Condition::Maintenance)
    });
    incidents.chain(works).collect()
}

/// From when until when an incident hurt: until it was mitigated, or resolved at once, or until now.
fn hurt(incident: &IncidentOfStory, now: i64) -> (i64, i64) {
    let start = now - seconds(incident.hours_ago);
    let mended = incident.steps.iter().find(|step| step.status.is_some());
    (start, mended.map_or(now, |step| start + 60 * step.after))
}

/// The time from `first` to `now` in pieces in which nothing changed, each with the worst that was then.
fn stretches(troubles: &[Trouble], first: i64, now: i64) -> Vec<Trouble> {
    let ends = troubles.iter().flat_map(|(from, until, _)| [*from, *until]);
    let mut ends: Vec<i64> = ends.chain([first, now]).map(|end| end.clamp(first, now)).collect();
    ends.sort_unstable();
    ends.dedup();
    let pieces = ends.windows(2).map(|piece| {
        let going_on = troubles.iter().filter(|(from, until, _)| *from <= piece[0] && piece[1] <= *until);
        let worst = going_on.map(|(_, _, condition)| *condition).max();
        (piece[0], piece[1], worst.unwrap_or(Condition::Operational))
    });
    pieces.collect()
}

#[cfg(test)]
mod tests {
    use polystatus_frontend::model::day_of;

    use super::*;

    const NOW: i64 = 1_795_400_000;

    fn day_of_service(days: &[Day], service: &str, at: i64) -> Day {
        let id: ServiceId = service.parse().unwrap();
        let key = Day::key_of(&short_id("component", id.as_str()), &day_of(at));
        days.iter().find(|day| Day::key_of(&day.component, &day.date) == key).unwrap().clone()
    }

    #[test]
    fn every_service_was_watched_on_every_day_up_to_now() {
        let story = Story::read().unwrap();
        let days = days(&story, NOW).unwrap();
        assert_eq!(days.len(), story.services.len() * DAYS_SHOWN);
        for day in &days {
            let until_now = NOW.rem_euclid(SECONDS_PER_DAY);
            let whole = if day.date == day_of(NOW) { until_now } else { SECONDS_PER_DAY };
            assert_eq!(day.seen(), whole, "{} {}", day.component, day.date);
        }
    }

    #[test]
    fn what_broke_shows_it_on_its_day_for_as_long_as_it_hurt() {
        let story = Story::read().unwrap();
        let days = days(&story, NOW).unwrap();
        for incident in story.incidents.iter().filter(|incident| incident.sev < 4) {
            let (from, until) = hurt(incident, NOW);
            let told = Condition::of_word(ComponentStatus::of_severity(incident.sev).as_str());
            for service in &incident.services {
                let on = |at: i64| day_of_service(&days, service, at).seconds.get(&told).copied().unwrap_or_default();
                // none of them lasts for more than a night
                let over_night = day_of(from) != day_of(until - 1);
                let seen = on(from) + if over_night { on(until - 1) } else { 0 };
                assert!(seen >= until - from, "{} {service}: {seen}", incident.title);
            }
        }
    }

    #[test]
    fn of_what_happens_at_once_the_worst_is_seen() {
        let troubles = [(10, 40, Condition::Degraded), (20, 30, Condition::Major), (90, 200, Condition::Maintenance)];
        let seen = stretches(&troubles, 0, 100);
        let expected = [
            (0, 10, Condition::Operational),
            (10, 20, Condition::Degraded),
            (20, 30, Condition::Major),
            (30, 40, Condition::Degraded),
            (40, 90, Condition::Operational),
            (90, 100, Condition::Maintenance),
        ];
        assert_eq!(seen, expected);
    }
}
