//! How many people reported what, in the nine weeks before the demonstration: written into the storage of the incidents
//! service before that starts, with its own types. By its route it would be a request for each person.

use std::path::Path;

use chassis::StartError;
use chassis::ids::{Ids, RandomIds};
use polystatus_incidents::documents;
use polystatus_incidents::model::ServiceId;
use polystatus_incidents::reports::history::DAYS_KEPT;
use polystatus_incidents::reports::quarter::{Day, PER_DAY, SECONDS};
use polystatus_incidents::reports::{Quarter, ReportDay, Symptom, WatchDay};
use store::{Draft, Store, StoreError, StoreUrl};

use super::SEED;
use super::chance::Chance;
use super::story::{IncidentOfStory, ServiceOfStory, Story, seconds};

/// What the collections begin with in Redis; a file has no use for it.
const NAMESPACE: &str = "incidents";

/// How long people go on reporting after something was resolved, in seconds.
const ECHO: i64 = 2 * SECONDS;

/// Write what was reported, up to now.
///
/// # Errors
/// When the storage cannot be written.
pub async fn write(data: &Path, story: &Story, now: i64) -> Result<(), StartError> {
    let url = StoreUrl::Sqlite(data.join("incidents.db").display().to_string());
    let kept = Store::open(&url, NAMESPACE, documents::schema(), &RandomIds).await?;
    let (reports, presence) = (reports(story, now)?, presence(now));
    let put = move |draft: &mut Draft| -> Result<(), StoreError> {
        for day in &reports {
            draft.put(day.clone());
        }
        for day in &presence {
            draft.put(day.clone());
        }
        Ok(())
    };
    Ok(kept.write(put).await?)
}

/// The days on which there were reports, of every service.
fn reports(story: &Story, now: i64) -> Result<Vec<ReportDay>, StartError> {
    let chance = Chance::of(SEED);
    let mut days = Vec::new();
    for service in &story.services {
        let id: ServiceId = service.name.parse()?;
        let incidents: Vec<_> = story.incidents.iter().filter(|one| one.services.contains(&service.name)).collect();
        for day in days_until(now) {
            let mut reported = ReportDay::new(id.clone(), day);
            for quarter in quarters(day).filter(|quarter| quarter.start() <= now) {
                let mean =
                    usual(service, quarter) + incidents.iter().map(|one| of_incident(one, quarter, now)).sum::<f64>();
                // the present quarter is not over
                let part = (now - quarter.start()).min(SECONDS);
                let mean = mean * f64::from(u32::try_from(part).unwrap_or_default()) / f64::from(900_u16);
                for _ in 0..chance.people(mean) {
                    reported.add(quarter, symptom(&chance));
                }
            }
            days.push(reported);
        }
    }
    Ok(days)
}

/// When we were there: always, or nobody would know what is usual.
fn presence(now: i64) -> Vec<WatchDay> {
    let mut days: Vec<WatchDay> = days_until(now).map(WatchDay::complete).collect();
    if let Some(today) = days.last_mut() {
        let day = Quarter::at(now).day();
        *today = WatchDay::new(day);
        for minute in (quarters(day).map(Quarter::start).next().unwrap_or(now)..=now).step_by(60) {
            today.note(minute);
        }
    }
    days
}

fn days_until(now: i64) -> impl Iterator<Item = Day> {
    let today = Quarter::at(now).day().0;
    (today - DAYS_KEPT + 1..=today).map(Day)
}

fn quarters(day: Day) -> impl Iterator<Item = Quarter> {
    let per_day = i64::try_from(PER_DAY).expect("96 fits");
    (day.0 * per_day..(day.0 + 1) * per_day).map(Quarter)
}

/// People sleep at night, and do something else at weekends.
fn usual(service: &ServiceOfStory, quarter: Quarter) -> f64 {
    let place = u16::try_from(quarter.of_day()).unwrap_or_default();
    let height = (f64::from(place) / 96.0 * std::f64::consts::TAU).cos();
    // 1 January 1970 was a Thursday
    let weekend = matches!((quarter.day().0 + 4).rem_euclid(7), 0 | 6);
    service.usual_reports * (0.55 - 0.45 * height) * if weekend { 0.6 } else { 1.0 }
}

/// How many people an incident makes report: fewer at first, when few have noticed, and fewer once it is mended.
fn of_incident(incident: &IncidentOfStory, quarter: Quarter, now: i64) -> f64 {
    let start = now - seconds(incident.hours_ago);
    let last = incident.steps.iter().find(|step| step.status.as_deref() == Some("resolved"));
    let end = last.map_or(now, |step| start + 60 * step.after);
    let (begins, ends) = (quarter.start(), quarter.start() + SECONDS);
    if ends <= start || begins >= end + ECHO {
        0.0
    } else if begins < start {
        incident.reports * 0.3
    } else if begins < end {
        incident.reports
    } else {
        incident.reports * 0.2
    }
}

fn symptom(chance: &Chance) -> Symptom {
    match chance.fraction() {
        few if few < 0.35 => Symptom::Error,
        few if few < 0.6 => Symptom::Slow,
        few if few < 0.8 => Symptom::Unreachable,
        few if few < 0.9 => Symptom::Login,
        few if few < 0.97 => Symptom::Data,
        _ => Symptom::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_400_000;

    #[test]
    fn the_same_moment_has_the_same_past() {
        let story = Story::read().unwrap();
        assert_eq!(reports(&story, NOW).unwrap(), reports(&story, NOW).unwrap());
    }

    #[test]
    fn nobody_reports_what_is_to_come_and_many_what_goes_on() {
        let story = Story::read().unwrap();
        let days = reports(&story, NOW).unwrap();
        let now = Quarter::at(NOW);
        let count = |name: &str, quarter: Quarter| {
            let service: ServiceId = name.parse().unwrap();
            let date = quarter.day().to_string();
            days.iter().find(|day| day.service == service && day.date == date).map_or(0, |day| day.count(quarter))
        };
        let open =
            story.incidents.iter().find(|one| one.steps.iter().all(|step| step.status.as_deref() != Some("resolved")));
        let affected = &open.unwrap().services[0];
        assert!(count(affected, now + -1) > count(affected, now + -20), "more than before it began");
        assert!((1..96).all(|later| count(affected, now + later) == 0));
    }
}
