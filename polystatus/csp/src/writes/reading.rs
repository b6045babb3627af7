//! A feed that was read: what became of the provider and of its events.

use std::collections::BTreeSet;

use chassis::ApiError;
use serde::Serialize;
use store::{Document, Draft};
use utoipa::ToSchema;
use values::ServiceId;

use super::opening::want;
use crate::assess::{Context, assess, open_state};
use crate::feeds::{Incident, Kind, Reading};
use crate::model::{DAYS_KEPT, Opening, OpeningState, Provider, ProviderEvent, Standing, State, StatusDay, date_of};
use crate::stamp::Stamp;

const DAY: i64 = 24 * 60 * 60;

/// Days for which an event that is over is kept.
const KEPT: i64 = 90;

/// Events of one reading that are kept at most, those that go on first.
const MOST: usize = 300;

/// What a reading is judged by, beside the provider itself. All in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// After which what is known is stale.
    pub stale_after: i64,
    /// For which an empty feed is doubted.
    pub doubt: i64,
}

/// What a look at a provider changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Noted {
    /// The state that was shown.
    pub from: State,
    /// The state that is shown now.
    pub to: State,
    /// Events that were not known before.
    pub opened: Vec<String>,
    /// Events of which the provider has said something new.
    pub updated: Vec<String>,
    /// Events that are over.
    pub closed: Vec<String>,
}

impl Noted {
    /// Whether anything is new.
    pub fn is_change(&self) -> bool {
        self.from != self.to || !(self.opened.is_empty() && self.updated.is_empty() && self.closed.is_empty())
    }
}

/// What is known of a provider.
pub(super) fn standing(draft: &Draft, provider: &ServiceId, now: i64) -> Standing {
    let known = draft.get::<Standing>(provider.as_str()).map(|standing| standing.document.clone());
    known.unwrap_or_else(|| Standing::new(provider.clone(), now))
}

/// Write down what a feed says; `age` is how old it was in caches, `fingerprint` what tells it from other readings.
///
/// # Errors
/// None that is expected.
pub fn note_reading(
    draft: &mut Draft,
    stamp: &Stamp,
    provider: &ServiceId,
    rules: &Rules,
    reading: &Reading,
    fingerprint: &str,
    age: i64,
) -> Result<Noted, ApiError> {
    // taken out meanwhile
    let Some(provider) = draft.get::<Provider>(provider.as_str()) else { return Ok(Noted::default()) };
    let (now, before) = (stamp.at, standing(draft, &provider.id, stamp.at));
    let known = events_of(draft, &provider.id);
    let context = Context {
        watch: &provider.watch,
        had_open: known.iter().any(|event| event.active),
        emptied_at: before.emptied_at,
        doubt: rules.doubt,
        now,
    };
    let judged = assess(reading, &context);
    let mut noted = Noted { from: before.shown, ..Noted::default() };
    note_events(draft, stamp, &provider, reading, &known, &mut noted);
    close_the_rest(draft, now, &known, reading, judged.closes_the_missing, &mut noted);
    let said_something = before.fingerprint.as_deref() != Some(fingerprint);
    let after = Standing {
        state: judged.state,
        native: judged.native,
        sources: judged.sources,
        note: judged.note,
        emptied_at: judged.emptied_at,
        format: Some(reading.format),
        reachable: true,
        parsed: true,
        error: None,
        as_of: Some(now - age),
        changed_at: if said_something { Some(now) } else { before.changed_at },
        fingerprint: Some(fingerprint.to_owned()),
        ..before.clone()
    };
    noted.to = after.effective(now, rules.stale_after);
    if said_something {
        forget(draft, &provider.id, now);
    }
    super::stand(draft, stamp, &before, after, rules.stale_after);
    Ok(noted)
}

fn events_of(draft: &Draft, provider: &ServiceId) -> Vec<ProviderEvent> {
    let prefix = format!("{provider}/");
    let events = draft.read().after::<ProviderEvent>(&prefix).take_while(|event| event.provider == *provider);
    events.map(|event| event.document.clone()).collect()
}

fn note_events(
    draft: &mut Draft,
    stamp: &Stamp,
    provider: &Provider,
    reading: &Reading,
    known: &[ProviderEvent],
    noted: &mut Noted,
) {
    let now = stamp.at;
    // what goes on as far as we know is looked at however old it is: else nobody would ever learn that it is over
    let going_on: BTreeSet<&str> = known.iter().filter(|event| event.active).map(|event| event.id.as_str()).collect();
    let matters = |incident: &Incident| {
        open_state(reading, incident, now).is_some() || going_on.contains(fitting_id(&incident.id).as_str())
    };
    let recent = |incident: &&Incident| {
        let last = [incident.updated, incident.ended, incident.started].into_iter().flatten().max();
        matters(incident) || last.is_some_and(|last| last + KEPT * DAY > now)
    };
    let mut incidents: Vec<&Incident> = reading.incidents.iter().filter(recent).collect();
    incidents.sort_by_key(|incident| std::cmp::Reverse((matters(incident), incident.updated)));
    for incident in incidents.into_iter().take(MOST) {
        let (open, watched) = (open_state(reading, incident, now), provider.watch.incident(incident, reading.format));
        note_event(draft, stamp, provider, &Judged { incident, open, watched }, noted);
    }
}

/// An incident of a reading, and what we make of it.
struct Judged<'r> {
    incident: &'r Incident,
    /// How bad it is, if it goes on.
    open: Option<State>,
    /// Whether it concerns us.
    watched: bool,
}

fn note_event(draft: &mut Draft, stamp: &Stamp, provider: &Provider, judged: &Judged<'_>, noted: &mut Noted) {
    let id = fitting_id(&judged.incident.id);
    let key = ProviderEvent::key_of(&provider.id, &id);
    let before = draft.get::<ProviderEvent>(&key);
    let before = before.as_ref().map(|entry| &entry.document);
    let after = event(provider, judged, id, before, stamp.at);
    match before {
        Some(before) if *before == after => {}
        Some(before) if before.active && !after.active => noted.closed.push(after.id.clone()),
        Some(_) => noted.updated.push(after.id.clone()),
        None if after.active => noted.opened.push(after.id.clone()),
        // over before we knew of it
        None => {}
    }
    if after.active && after.watched && after.kind == Kind::Incident {
        want(draft, stamp, provider, &after);
    }
    if before != Some(&after) {
        draft.put(after);
    }
}

fn event(
    provider: &Provider,
    judged: &Judged<'_>,
    id: String,
    before: Option<&ProviderEvent>,
    now: i64,
) -> ProviderEvent {
    let &Judged { incident, open, watched } = judged;
    let told = |time: fn(&ProviderEvent) -> i64| before.map(time);
    let mut event = ProviderEvent {
        provider: provider.id.clone(),
        id,
        kind: incident.kind,
        title: incident.title.clone(),
        service: one_line(&incident.services),
        services: incident.services.clone(),
        regions: incident.regions.clone(),
        status: incident.native.clone(),
        state: open.unwrap_or(incident.state),
        active: open.is_some(),
        watched,
        ts_start: incident.started.or_else(|| told(|event| event.ts_start)).unwrap_or(now),
        ts_update: incident.updated.or_else(|| told(|event| event.ts_update)).unwrap_or(now),
        ts_end: incident.ended,
        url: incident.url.clone(),
        message: incident.message.clone(),
        incident: before.and_then(|event| event.incident.clone()),
    };
    // where the provider gives no time of its news, it is ours
    if incident.updated.is_none() && before.is_some_and(|before| *before != event) {
        event.ts_update = now;
    }
    event
}

/// The services as one text, as the contract has them.
fn one_line(services: &[String]) -> String {
    match services {
        [one] => one.clone(),
        [one, two, three] => format!("{one}, {two}, {three}"),
        [one, two] => format!("{one}, {two}"),
        [one, two, others @ ..] => format!("{one}, {two} and {} more", others.len()),
        [] => String::new(),
    }
}

/// What the provider tells no more is over, if it tells everything that goes on.
fn close_the_rest(
    draft: &mut Draft,
    now: i64,
    known: &[ProviderEvent],
    reading: &Reading,
    closes: bool,
    noted: &mut Noted,
) {
    let told: BTreeSet<String> = reading.incidents.iter().map(|incident| fitting_id(&incident.id)).collect();
    let gone = known.iter().filter(|event| event.active && !told.contains(&event.id));
    for event in gone.filter(|_| closes) {
        noted.closed.push(event.id.clone());
        let status = "gone from the feed".to_owned();
        draft.put(ProviderEvent { active: false, status, ts_end: Some(now), ts_update: now, ..event.clone() });
    }
}

/// Documents that are taken out in one write at most.
const FORGOTTEN_AT_ONCE: usize = 500;

fn forget(draft: &mut Draft, provider: &ServiceId, now: i64) {
    let old = |event: &&ProviderEvent| !event.active && event.ts_update + (KEPT + 1) * DAY < now;
    let events = events_of(draft, provider);
    for event in events.iter().filter(old).take(FORGOTTEN_AT_ONCE) {
        let key = event.key();
        draft.delete::<ProviderEvent>(&key);
        // what was opened for it is known as long as it is, so that it opens nothing twice
        if draft.get::<Opening>(&key).is_some_and(|opening| opening.state != OpeningState::Wanted) {
            draft.delete::<Opening>(&key);
        }
    }
    let (prefix, last) = (format!("{provider}/"), date_of(now - DAYS_KEPT * DAY));
    let days = draft.read().after::<StatusDay>(&prefix).take_while(|day| day.provider == *provider);
    let days = days.filter(|day| day.date < last).map(|day| day.document.key()).take(FORGOTTEN_AT_ONCE);
    for day in days.collect::<Vec<_>>() {
        draft.delete::<StatusDay>(&day);
    }
}

/// Bytes of an event's id at most: it is part of a key, and of an address.
const LONGEST_ID: usize = 100;

/// The provider's id, or a hash of it where that is no id for an address: RSS has addresses and whole sentences as ids.
fn fitting_id(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(plain) {
        return id.to_owned();
    }
    crate::fingerprint::of(id.as_bytes())
}
