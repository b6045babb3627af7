//! Incidents of our own for events of providers: decided with the event, in one step, and sent afterwards.

use chassis::ApiError;
use store::{Document, Draft};

use crate::announce::audit;
use crate::model::{Opening, OpeningState, Provider, ProviderEvent};
use crate::stamp::Stamp;

/// Characters of a title and of a summary at most, as the incidents service takes them.
const LONGEST_TITLE: usize = 200;
const LONGEST_SUMMARY: usize = 5000;

/// An incident is wanted for this event, if the provider's rule says so and none was before.
pub(super) fn want(draft: &mut Draft, stamp: &Stamp, provider: &Provider, event: &ProviderEvent) {
    let Some(rule) = provider.opens.as_ref().filter(|rule| event.state >= rule.from) else { return };
    if draft.get::<Opening>(&event.key()).is_some() {
        return;
    }
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
    });
}

/// What the incidents service made of it.
///
/// # Errors
/// None that is expected.
pub fn settle_opening(draft: &mut Draft, stamp: &Stamp, key: &str, state: &OpeningState) -> Result<(), ApiError> {
    let Some(opening) = draft.get::<Opening>(key) else { return Ok(()) };
    if let (OpeningState::Opened(incident), Some(event)) = (state, draft.get::<ProviderEvent>(key)) {
        draft.put(ProviderEvent { incident: Some(incident.clone()), ..event.document.clone() });
    }
    let action = if matches!(state, OpeningState::Opened(_)) { "incident.opened" } else { "incident.refused" };
    audit(draft, stamp, action, key);
    draft.put(Opening { state: state.clone(), ..opening.document.clone() });
    Ok(())
}
