//! A feed that was read: what became of the provider and of its events.

use chassis::ApiError;
use serde::Serialize;
use store::Draft;
use utoipa::ToSchema;
use values::ServiceId;

use super::events::{close_the_rest, events_of, note_events, with_known_ids};
use super::forget::forget;
use super::opening::{Allowance, believe, doubted};
use crate::assess::{Context, assess};
use crate::feeds::Reading;
use crate::model::{FeedUrl, Provider, Standing, State};
use crate::stamp::Stamp;

/// What a reading is judged by, beside the provider itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Seconds after which what is known is stale.
    pub stale_after: i64,
    /// Seconds for which an empty feed is doubted.
    pub doubt: i64,
    /// Whether there is a service in which to open incidents.
    pub opens: bool,
    /// Incidents of our own that one provider opens within an hour at most.
    pub openings_per_hour: usize,
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

/// A feed, as it was read.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// Where it was brought from.
    pub feed_url: &'a FeedUrl,
    /// What it says.
    pub reading: &'a Reading,
    /// What tells it from other readings.
    pub fingerprint: &'a str,
    /// How old it was in caches, in seconds.
    pub age: i64,
}

/// What a reading had too much of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cut {
    /// Events that are not kept.
    pub events: usize,
    /// Events whose incident of our own waits.
    pub openings: usize,
}

impl Cut {
    /// In words, after what is odd about the feed beside it.
    fn told_with(self, note: Option<String>, rules: &Rules) -> Option<String> {
        let events = format!("{} events of the feed are left out: there are too many", self.events);
        let openings = format!(
            "{} events wait before they open an incident: a provider opens at most {} in an hour",
            self.openings, rules.openings_per_hour
        );
        let cut = [(self.events, events), (self.openings, openings)];
        let cut = cut.into_iter().filter(|(number, _)| *number > 0).map(|(_, sentence)| sentence);
        let told: Vec<String> = note.into_iter().chain(cut).collect();
        (!told.is_empty()).then(|| told.join(". "))
    }
}

/// What is known of a provider.
pub(super) fn standing(draft: &Draft, provider: &ServiceId, now: i64) -> Standing {
    let known = draft.get::<Standing>(provider.as_str()).map(|standing| standing.document.clone());
    known.unwrap_or_else(|| Standing::new(provider.clone(), now))
}

/// Write down what a feed says; `None` when the provider was taken out meanwhile, or has another feed: what the old one says
/// is nothing about the new one.
///
/// # Errors
/// None that is expected.
pub fn note_reading(
    draft: &mut Draft,
    stamp: &Stamp,
    provider: &ServiceId,
    rules: &Rules,
    answer: &Answer<'_>,
) -> Result<Option<Noted>, ApiError> {
    let &Answer { feed_url, reading, fingerprint, age } = answer;
    let provider = draft.get::<Provider>(provider.as_str()).filter(|provider| provider.feed_url == *feed_url);
    let Some(provider) = provider else { return Ok(None) };
    let (now, before) = (stamp.at, standing(draft, &provider.id, stamp.at));
    let known = events_of(draft, &provider.id);
    let reading = &*with_known_ids(reading, &known);
    let context = Context {
        watch: &provider.watch,
        had_open: known.iter().any(|event| event.active),
        had_components: before.components > 0,
        emptied_at: before.emptied_at,
        doubt: rules.doubt,
        now,
    };
    let judged = assess(reading, &context);
    let mut noted = Noted { from: before.shown, ..Noted::default() };
    let (mut allowance, endings) = (Allowance::of(draft, &provider.id, rules, now), doubted(draft, &provider.id));
    let mut cut = note_events(draft, stamp, &provider, reading, &known, &mut allowance, &mut noted);
    cut.openings = allowance.held_back;
    close_the_rest(draft, now, &known, reading, judged.missing_are_over_after, &mut noted);
    believe(draft, &endings);
    let said_something = before.fingerprint.as_deref() != Some(fingerprint);
    let after = Standing {
        state: judged.state,
        native: judged.native,
        sources: judged.sources,
        note: cut.told_with(judged.note, rules),
        emptied_at: judged.emptied_at,
        components: if judged.emptied_at.is_some() { before.components } else { reading.components() },
        leave_until: None,
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
    Ok(Some(noted))
}
