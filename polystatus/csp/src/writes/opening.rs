//! Incidents of our own for events of providers: decided with the event, in one step, and sent afterwards.

use chassis::ApiError;
use store::{Document, Draft};
use values::ServiceId;

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
    left: usize,
    /// Events that have to wait.
    pub held_back: usize,
}

impl Allowance {
    /// Of what is left of this hour: that is, of the last sixty minutes.
    pub(super) fn of(draft: &Draft, provider: &ServiceId, per_hour: usize, now: i64) -> Self {
        let prefix = format!("{provider}/");
        let openings = draft.read().after::<Opening>(&prefix).take_while(|opening| opening.provider == *provider);
        let recent = openings.filter(|opening| opening.at + HOUR > now).count();
        Self { left: per_hour.saturating_sub(recent), held_back: 0 }
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
    if draft.get::<Opening>(&event.key()).is_some() {
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
        over: false,
        status_changes: 0,
    });
}

/// The incident is to be told when the event has ended, or has come back, since it was told the last. One thing after the
/// other: while it is being told something, what comes next waits, and [`settle_turn`] looks again.
pub(super) fn follow(draft: &mut Draft, now: i64, event: &ProviderEvent) {
    let Some(opening) = draft.get::<Opening>(&event.key()) else { return };
    let over = !event.active;
    let turn = match (&opening.state, &opening.turn) {
        (OpeningState::Refused(_), _) | (OpeningState::Opened(_), Some(_)) => return,
        // nothing was told yet, and what is over by now may be back before it is
        (OpeningState::Wanted, Some(_)) if over => return,
        _ => (over != opening.over).then(|| Turn { over, at: now, words: event.status.clone() }),
    };
    if turn.is_some() || opening.turn.is_some() {
        draft.put(Opening { turn, ..opening.document.clone() });
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
    draft.put(Opening { state: state.clone(), ..opening.document.clone() });
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
    };
    audit(draft, stamp, action, key);
    let status_changes = opening.status_changes + usize::from(told == Told::StatusChanged);
    draft.put(Opening { turn: None, over: turn.over, status_changes, ..opening.document.clone() });
    if let Some(event) = draft.get::<ProviderEvent>(key) {
        follow(draft, stamp.at, &event.document);
    }
    Ok(())
}
