//! Subscriptions: asked for, confirmed, ended. Nothing that is answered tells who is subscribed.

use chassis::ApiError;
use store::Draft;
use values::Email;

use super::follow::queue_for_one;
use crate::model::{CONFIRM_WITHIN, Choice, Content, Lang, Pending, Subscriber};

/// Seconds between two confirmations to one address: whoever asks again and again must not fill somebody's mailbox.
const BETWEEN: i64 = 15 * 60;

/// Addresses that wait for their confirmation at most: strangers must not fill our memory.
const MOST_WAITING: usize = 20_000;

/// What answers for a link that is none, or none any more.
pub fn no_such_link() -> ApiError {
    ApiError::not_found("This link is not good any more: ask for another one")
}

/// Somebody asks to subscribe: what is needed for it, made before.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The address.
    pub email: Email,
    /// What they want.
    pub choice: Choice,
    /// The id of the subscription, should it be a new one.
    pub id: String,
    /// The id of the mail.
    pub event: String,
    /// What the mail's link holds.
    pub token: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// What the link at the end of every later mail holds, should it be a new one.
    pub unsubscribe: String,
    /// When, in Unix seconds.
    pub at: i64,
}

/// Remember what is wanted, and ask the address whether that is so. Whatever was confirmed before stays until then.
///
/// # Errors
/// 503 when too many wait, whoever asks.
pub fn ask_to_subscribe(draft: &mut Draft, asked: &Asked) -> Result<(), ApiError> {
    // before anybody is looked up: an answer that only strangers get would tell who is none
    if draft.read().count_of::<Subscriber>("waiting", "true") >= MOST_WAITING {
        return Err(ApiError::unavailable("Too many subscriptions wait for their confirmation: try again later", 600));
    }
    let known = draft.read().find::<Subscriber>("email", asked.email.as_str()).next().cloned();
    let mut subscriber = known.map_or_else(
        || Subscriber {
            id: asked.id.clone(),
            email: asked.email.clone(),
            confirmed: None,
            pending: None,
            unsubscribe: asked.unsubscribe.clone(),
            created_at: asked.at,
        },
        |entry| entry.document.clone(),
    );
    if let Some(pending) = subscriber.pending.as_mut().filter(|pending| asked.at - pending.asked_at < BETWEEN) {
        // the mail is on its way and its link stays good: it confirms what was asked for last. A second mail with another
        // link would leave its reader to guess which one counts
        pending.choice = asked.choice.clone();
        draft.put(subscriber);
        return Ok(());
    }
    let (choice, token) = (asked.choice.clone(), asked.fingerprint.clone());
    subscriber.pending = Some(Pending { choice, token, asked_at: asked.at });
    let content = Content::Confirm { email: asked.email.clone(), lang: asked.choice.lang, token: asked.token.clone() };
    draft.put(subscriber);
    queue_for_one(draft, &asked.event, "subscription.asked", content, asked.at);
    Ok(())
}

/// The link of the mail was followed. In which language its owner reads.
///
/// # Errors
/// 404 when there is no such link, or none any more.
pub fn confirm(draft: &mut Draft, fingerprint: &str, now: i64) -> Result<Lang, ApiError> {
    let found = draft.read().find::<Subscriber>("token", fingerprint).next().cloned().ok_or_else(no_such_link)?;
    let pending = found.pending.clone().filter(|pending| now - pending.asked_at < CONFIRM_WITHIN);
    let choice = pending.ok_or_else(no_such_link)?.choice;
    let lang = choice.lang;
    draft.put(Subscriber { confirmed: Some(choice), pending: None, ..found.document.clone() });
    Ok(lang)
}

/// Its owner wants no more mails: the address is forgotten, and what still waits for it is not sent. `false`: it was
/// forgotten before, which is as good.
///
/// # Errors
/// None of its own.
pub fn unsubscribe(draft: &mut Draft, token: &str) -> Result<bool, ApiError> {
    if token.is_empty() {
        return Ok(false);
    }
    let Some(found) = draft.read().find::<Subscriber>("unsubscribe", token).next().cloned() else { return Ok(false) };
    draft.delete::<Subscriber>(&found.id);
    Ok(true)
}
