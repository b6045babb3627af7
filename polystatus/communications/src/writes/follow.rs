//! What other services say, taken into our own view.

use chassis::ApiError;
use events::{Event, inbox};
use store::Draft;
use values::Email;

use crate::model::{Channel, Component, Content, Delivery, Incident, KnownIncident, KnownStatus, Notice, UserMail};
use crate::tell::publish;

/// An incident was opened or changed.
///
/// # Errors
/// None of its own.
pub fn incident_changed(draft: &mut Draft, event: &Event, known: &KnownIncident, now: i64) -> Result<(), ApiError> {
    if inbox::first_time(draft, event) {
        take_over(draft, known, now);
    }
    Ok(())
}

pub(super) fn take_over(draft: &mut Draft, known: &KnownIncident, now: i64) {
    let before = draft.get::<Incident>(&known.id);
    let base = before.as_ref().map_or_else(|| Incident::unheard_of(&known.id, now), |entry| entry.document.clone());
    let Some(after) = base.heard(known) else { return };
    if before.as_ref().is_some_and(|before| before.document == after) {
        return;
    }
    if after.status == Some(KnownStatus::Resolved) && !after.is_public() {
        // the public never knew of it, and it changes nothing any more
        if draft.delete::<Incident>(&known.id) {
            publish(draft, now);
        }
        return;
    }
    draft.put(after);
    publish(draft, now);
}

/// A service was added to the catalogue, or changed.
///
/// # Errors
/// None of its own.
pub fn service_changed(draft: &mut Draft, event: &Event, service: &Component, now: i64) -> Result<(), ApiError> {
    if inbox::first_time(draft, event) {
        keep_service(draft, service, now);
    }
    Ok(())
}

pub(super) fn keep_service(draft: &mut Draft, service: &Component, now: i64) {
    let before = draft.get::<Component>(service.id.as_str());
    let is_new = before.is_none_or(|before| before.updated_at <= service.updated_at && before.document != *service);
    if is_new {
        draft.put(service.clone());
        publish(draft, now);
    }
}

/// A service was taken out of the catalogue.
///
/// # Errors
/// None of its own.
pub fn service_gone(draft: &mut Draft, event: &Event, service: &Component, now: i64) -> Result<(), ApiError> {
    if inbox::first_time(draft, event) && draft.delete::<Component>(service.id.as_str()) {
        publish(draft, now);
    }
    Ok(())
}

/// A mail that the users service wants to be sent.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct AskedMail {
    /// Where to.
    pub email: Email,
    /// Whom to address.
    pub name: String,
    /// What its link holds.
    #[serde(default)]
    pub token: Option<String>,
    /// Until when that is good, in Unix seconds.
    #[serde(default)]
    pub expires_at: Option<i64>,
}

/// The users service wants a mail to be sent.
///
/// # Errors
/// None of its own.
pub fn user_mail(
    draft: &mut Draft,
    event: &Event,
    mail: UserMail,
    asked: &AskedMail,
    now: i64,
) -> Result<(), ApiError> {
    if !inbox::first_time(draft, event) {
        return Ok(());
    }
    let AskedMail { email, name, token, expires_at } = asked.clone();
    let content = Content::User { mail, email, name, token, expires_at };
    queue_for_one(draft, event.id(), event.kind().trim_start_matches("polystatus."), content, now);
    Ok(())
}

/// Queue something that goes to one address.
pub(super) fn queue_for_one(draft: &mut Draft, id: &str, kind: &str, content: Content, now: i64) {
    draft.put(Notice {
        id: id.to_owned(),
        kind: kind.to_owned(),
        // alone in its thread: nothing is gathered with it
        subject: id.to_owned(),
        at: now,
        services: Vec::new(),
        content,
        reached: None,
        is_fanned_out: true,
    });
    draft.put(Delivery::queued(id, Delivery::ONE, Channel::Email, id, now, now));
}
