//! Incidents of our own for events of providers: decided with the event, in one step, and sent afterwards.

use chassis::ApiError;
use store::{Document, Draft};
use values::ServiceId;

use super::reading::Rules;
use crate::announce::audit;
use crate::model::{Opening, OpeningState, Provider, ProviderEvent, Turn};
use crate::stamp::Stamp;

/// Characters of a title and of a summary at most, as the incidents service takes them.
const LONGEST_TITLE: usize = 200;
const LONGEST_SUMMARY: usize = 5000;

const HOUR: i64 = 60 * 60;

/// How many incidents a provider may still open. A feed that invents events would wake people up without end.
#[derive(Debug)]
pub(super) struct Allowance {
    opens: bool,
    left: usize,
    /// Events that have to wait.
    pub held_back: usize,
}

impl Allowance {
    /// Of what is left of this hour: that is, of the last sixty minutes.
    pub(super) fn of(draft: &Draft, provider: &ServiceId, rules: &Rules, now: i64) -> Self {
        let prefix = format!("{provider}/");
        let openings = draft.read().after::<Opening>(&prefix).take_while(|opening| opening.provider == *provider);
        let recent = openings.filter(|opening| opening.at + HOUR > now).count();
        Self { opens: rules.opens, left: rules.openings_per_hour.saturating_sub(recent), held_back: 0 }
    }
}

/// An incident is wanted for this event, if the provider's rule says so and none was before. One too many within an hour
/// waits: the event is looked at again at the next reading.
pub(super) fn want(
    draft: &mut Draft,
    stamp: &Stamp,
    provider: &Provider,
    event: &ProviderEvent,
    allowance: &mut Allowance,
) {
    let Some(rule) = provider.opens.as_ref().filter(|rule| event.state >= rule.from) else { return };
    // where nobody takes it, it would wait for ever, and its event could never be forgotten
    if !allowance.opens || draft.get::<Opening>(&event.key()).is_some() {
        return;
    }
    if allowance.left == 0 {
        allowance.held_back += 1;
        return;
    }
    allowance.left -= 1;
    let link = event.url.as_ref().map(|url| format!("\n{url}")).unwrap_or_default();
    let summary = format!("{} says: {} ({})\n{}{link}", provider.name, event.title, event.status, event.message);
    let title = format!("{}: {}", provider.name, event.title);
    draft.put(Opening {
        provider: provider.id.clone(),
        event: event.id.clone(),
        title: title.chars().take(LONGEST_TITLE).collect::<String>().trim().to_owned(),
        sev: rule.sev,
        services: rule.services.clone(),
        summary: summary.chars().take(LONGEST_SUMMARY).collect(),
        at: stamp.at,
        state: OpeningState::Wanted,
        turn: None,
        ending: None,
        over: false,
        said: false,
        status_changes: 0,
    });
}

/// How an event ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The provider says so.
    Said,
    /// It has not said anything of it for long.
    Silent,
    /// It is in the provider's list no more, and the provider's page is well by its own words.
    Unlisted,
    /// It is not in the feed any more.
    Gone,
}

/// The incident is to be told when the event has ended, or has come back, since it was told the last. One thing after the
/// other: while it is being told something, what comes next waits, and [`settle_turn`] looks again. An end is told only when
/// the reading after has it too: see [`believe`].
pub(super) fn follow(draft: &mut Draft, now: i64, event: &ProviderEvent, ending: Option<Ending>) {
    let Some(opening) = draft.get::<Opening>(&event.key()) else { return };
    if matches!(opening.state, OpeningState::Refused(_)) {
        return;
    }
    let mut after = opening.document.clone();
    let (was_over, was_said) = after.turn.as_ref().map_or((after.over, after.said), |turn| (turn.over, turn.said));
    if let Some(ending) = ending {
        let said = matches!(ending, Ending::Said | Ending::Unlisted);
        let words = match ending {
            Ending::Silent => "no word for long".to_owned(),
            Ending::Unlisted => "listed no more by a page that is well".to_owned(),
            Ending::Said | Ending::Gone => event.status.clone(),
        };
        let known = after.ending.take().filter(|known| known.said || !said);
        let is_news = !was_over || said && !was_said;
        after.ending = known.or(Some(Turn { over: true, said, at: now, words })).filter(|_| is_news);
    } else {
        after.ending = None;
        match (&after.state, &after.turn) {
            (OpeningState::Opened(_), Some(_)) => {}
            // what was over is back before anybody was told
            (_, Some(_)) => after.turn = None,
            (_, None) if after.over => {
                after.turn = Some(Turn { over: false, said: true, at: now, words: event.status.clone() });
            }
            (_, None) => {}
        }
    }
    if after != opening.document {
        draft.put(after);
    }
}

/// Of which events of a provider one reading alone has the end.
pub(super) fn doubted(draft: &Draft, provider: &ServiceId) -> Vec<String> {
    let prefix = format!("{provider}/");
    let openings = draft.read().after::<Opening>(&prefix).take_while(|opening| opening.provider == *provider);
    openings.filter(|opening| opening.ending.is_some()).map(|opening| opening.document.key()).collect()
}

/// What was over at the reading before and is over at this one is over. Behind one name there may be caches that differ: by
/// one reading alone the incident would be resolved and opened again at each look.
pub(super) fn believe(draft: &mut Draft, doubted: &[String]) {
    for key in doubted {
        let Some(opening) = draft.get::<Opening>(key) else { continue };
        let waits = matches!(opening.state, OpeningState::Opened(_)) && opening.turn.is_some();
        if opening.ending.is_none() || waits {
            continue;
        }
        let mut after = opening.document.clone();
        let ending = after.ending.take();
        // the event of another feed is not known any more
        if draft.get::<ProviderEvent>(key).is_some_and(|event| !event.active) {
            after.turn = ending;
        }
        draft.put(after);
    }
}

/// What the incidents service made of it.
///
/// # Errors
/// None that is expected.
pub fn settle_opening(draft: &mut Draft, stamp: &Stamp, key: &str, state: &OpeningState) -> Result<(), ApiError> {
    let opening = draft.get::<Opening>(key).filter(|opening| opening.state == OpeningState::Wanted);
    let Some(opening) = opening else { return Ok(()) };
    if let (OpeningState::Opened(incident), Some(event)) = (state, draft.get::<ProviderEvent>(key)) {
        draft.put(ProviderEvent { incident: Some(incident.clone()), ..event.document.clone() });
    }
    let action = if matches!(state, OpeningState::Opened(_)) { "incident.opened" } else { "incident.refused" };
    audit(draft, stamp, action, key);
    let mut after = Opening { state: state.clone(), ..opening.document.clone() };
    if matches!(state, OpeningState::Refused(_)) {
        // there is nobody to tell
        (after.turn, after.ending) = (None, None);
    }
    draft.put(after);
    Ok(())
}

/// What became of an incident that was told how its event goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// We have changed its status.
    StatusChanged,
    /// A note stands in its timeline, and what becomes of it people decide.
    Noted,
    /// There is no such incident any more.
    Gone,
    /// The incidents service does not let it be told, and will not.
    Refused,
}

/// The incident was told; if the event has turned again meanwhile, it is to be told that next.
///
/// # Errors
/// None that is expected.
pub fn settle_turn(draft: &mut Draft, stamp: &Stamp, key: &str, turn: &Turn, told: Told) -> Result<(), ApiError> {
    let opening = draft.get::<Opening>(key).filter(|opening| opening.turn.as_ref() == Some(turn));
    let Some(opening) = opening else { return Ok(()) };
    let action = match told {
        Told::StatusChanged if turn.over => "incident.resolved",
        Told::StatusChanged => "incident.reopened",
        Told::Noted => "incident.noted",
        Told::Gone => "incident.gone",
        Told::Refused => "incident.not-told",
    };
    audit(draft, stamp, action, key);
    let status_changes = opening.status_changes + usize::from(told == Told::StatusChanged);
    let (over, said) = (turn.over, turn.over && turn.said);
    draft.put(Opening { turn: None, over, said, status_changes, ..opening.document.clone() });
    // an end that was seen meanwhile is told after the next reading
    if let Some(event) = draft.get::<ProviderEvent>(key).filter(|event| event.active) {
        follow(draft, stamp.at, &event.document, None);
    }
    Ok(())
}
