//! What a reading says of the provider's events: seen, changed, over.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, VecDeque};

use store::{Document, Draft};
use values::ServiceId;

use super::opening::{Allowance, Ending, follow, want};
use super::reading::{Cut, Noted};
use crate::assess::open_state;
use crate::feeds::{Evidence, Incident, Kind, Reading, Source};
use crate::model::{Opening, OpeningState, Provider, ProviderEvent, State};
use crate::stamp::Stamp;

pub(super) const DAY: i64 = 24 * 60 * 60;

/// Days for which an event that is over is kept.
pub(super) const KEPT: i64 = 90;

/// Events of one reading that are kept at most, those that go on first.
const MOST_OF_A_READING: usize = 300;

/// Events of one provider that are kept at most, whatever its feeds have said one after another: in three months the
/// liveliest of them have a third of it.
const MOST: usize = 1000;

pub(super) fn events_of(draft: &Draft, provider: &ServiceId) -> Vec<ProviderEvent> {
    let prefix = format!("{provider}/");
    let events = draft.read().after::<ProviderEvent>(&prefix).take_while(|event| event.provider == *provider);
    events.map(|event| event.document.clone()).collect()
}

/// Write down the events of a reading; what there is too much of is told.
pub(super) fn note_events(
    draft: &mut Draft,
    stamp: &Stamp,
    provider: &Provider,
    reading: &Reading,
    known: &[ProviderEvent],
    allowance: &mut Allowance,
    noted: &mut Noted,
) -> Cut {
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
    let mut cut = Cut { events: incidents.len().saturating_sub(MOST_OF_A_READING), ..Cut::default() };
    incidents.truncate(MOST_OF_A_READING);
    let mut room = Room::of(draft, reading, known);
    for incident in incidents {
        let (open, watched) = (open_state(reading, incident, now), provider.watch.incident(incident, reading.format));
        let judged = Judged { incident, open, watched };
        let after = judged.event(draft, provider, now);
        let is_new = draft.get::<ProviderEvent>(&after.key()).is_none();
        if is_new && !room.make(draft, after.active) {
            cut.events += 1;
            continue;
        }
        note_event(draft, stamp, provider, after, judged.ending(), allowance, noted);
    }
    cut
}

/// The place that is left for new events of a provider.
struct Room {
    left: usize,
    /// Keys of those that are over and told no more, the oldest first: a new event that goes on matters more than they do.
    may_go: VecDeque<String>,
}

impl Room {
    fn of(draft: &Draft, reading: &Reading, known: &[ProviderEvent]) -> Self {
        let left = MOST.saturating_sub(known.len());
        if left >= reading.incidents.len() {
            return Self { left, may_go: VecDeque::new() };
        }
        let told = ids_of(reading);
        let over = known.iter().filter(|event| !event.active && !told.contains(&event.id));
        let mut over: Vec<&ProviderEvent> = over.filter(|event| is_settled(draft, &event.key())).collect();
        over.sort_by_key(|event| event.ts_update);
        Self { left, may_go: over.into_iter().map(Document::key).collect() }
    }

    /// Whether there is room for one more; for one that goes on, the oldest that is over goes.
    fn make(&mut self, draft: &mut Draft, goes_on: bool) -> bool {
        if self.left > 0 {
            self.left -= 1;
            return true;
        }
        let oldest = if goes_on { self.may_go.pop_front() } else { None };
        oldest.is_some_and(|key| {
            draft.delete::<Opening>(&key);
            draft.delete::<ProviderEvent>(&key)
        })
    }
}

/// Whether nothing is to be sent any more of the incident that was opened for an event. An end that one reading alone has is
/// sent when the next one has it too.
pub(super) fn is_settled(draft: &Draft, key: &str) -> bool {
    draft.get::<Opening>(key).is_none_or(|opening| {
        opening.state != OpeningState::Wanted && opening.turn.is_none() && opening.ending.is_none()
    })
}

/// The reading with the ids under which its events are known: when two items share an id, each is told apart by its title,
/// and when one of them comes or goes, the other is still the event that it was.
pub(super) fn with_known_ids<'r>(reading: &'r Reading, known: &[ProviderEvent]) -> Cow<'r, Reading> {
    let titles: HashMap<&str, &str> = known.iter().map(|event| (event.id.as_str(), event.title.as_str())).collect();
    let is_known = |incident: &Incident, id: &str| {
        titles.get(fitting_id(id).as_str()).is_some_and(|title| incident.is_called(title))
    };
    let mut reading = Cow::Borrowed(reading);
    for place in 0..reading.incidents.len() {
        let incident = &reading.incidents[place];
        if !is_known(incident, &incident.id) {
            let other = incident.other_id();
            if is_known(incident, &other) {
                reading.to_mut().incidents[place].id = other;
            }
        }
    }
    reading
}

fn ids_of(reading: &Reading) -> BTreeSet<String> {
    reading.incidents.iter().map(|incident| fitting_id(&incident.id)).collect()
}

/// An incident of a reading, and what we make of it.
struct Judged<'r> {
    incident: &'r Incident,
    /// How bad it is, if it goes on.
    open: Option<State>,
    /// Whether it concerns us.
    watched: bool,
}

impl Judged<'_> {
    /// How the event ended, if it did.
    fn ending(&self) -> Option<Ending> {
        match self.open {
            Some(_) => None,
            None if self.incident.active == Some(false) => Some(Ending::Said),
            None => Some(Ending::Silent),
        }
    }

    /// The event as it is now.
    fn event(&self, draft: &Draft, provider: &Provider, now: i64) -> ProviderEvent {
        let &Self { incident, open, watched } = self;
        let id = fitting_id(&incident.id);
        let key = ProviderEvent::key_of(&provider.id, &id);
        let before = draft.get::<ProviderEvent>(&key);
        let before = before.as_ref().map(|entry| &entry.document);
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
            // known before the event, when the provider was taken out and came back
            incident: draft.get::<Opening>(&key).and_then(|opening| opening.incident().map(str::to_owned)),
        };
        // where the provider gives no time of its news, it is ours
        if incident.updated.is_none() && before.is_some_and(|before| *before != event) {
            event.ts_update = now;
        }
        event
    }
}

fn note_event(
    draft: &mut Draft,
    stamp: &Stamp,
    provider: &Provider,
    after: ProviderEvent,
    ending: Option<Ending>,
    allowance: &mut Allowance,
    noted: &mut Noted,
) {
    let before = draft.get::<ProviderEvent>(&after.key());
    let before = before.as_ref().map(|entry| &entry.document);
    match before {
        Some(before) if *before == after => {}
        Some(before) if before.active && !after.active => noted.closed.push(after.id.clone()),
        Some(_) => noted.updated.push(after.id.clone()),
        None if after.active => noted.opened.push(after.id.clone()),
        // over before we knew of it
        None => {}
    }
    if after.active && after.watched && after.kind == Kind::Incident {
        want(draft, stamp, provider, &after, allowance);
    }
    follow(draft, stamp.at, &after, ending);
    if before != Some(&after) {
        draft.put(after);
    }
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

/// What the provider tells no more is over so many seconds after the last word about it.
pub(super) fn close_the_rest(
    draft: &mut Draft,
    now: i64,
    known: &[ProviderEvent],
    reading: &Reading,
    after: Option<i64>,
    noted: &mut Noted,
) {
    let told = ids_of(reading);
    // what is gone at once may have had its last word in the future, by the provider's clock
    let over = |event: &&ProviderEvent| {
        after.is_some_and(|after| after == 0 || event.ts_update.max(event.ts_start) + after <= now)
    };
    // who lists all that goes on, and says of the whole that it is well, has said that the rest is over
    let is_well = |evidence: &Evidence| evidence.source == Source::Indicator && evidence.state == State::Operational;
    let ending = if after == Some(0) && reading.evidence.iter().any(is_well) { Ending::Unlisted } else { Ending::Gone };
    let gone = known.iter().filter(|event| event.active && !told.contains(&event.id));
    for event in gone.filter(over) {
        noted.closed.push(event.id.clone());
        let status = "gone from the feed".to_owned();
        let event = ProviderEvent { active: false, status, ts_end: Some(now), ts_update: now, ..event.clone() };
        follow(draft, now, &event, Some(ending));
        draft.put(event);
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
