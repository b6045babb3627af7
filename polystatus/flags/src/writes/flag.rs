//! Make a flag, change it, bring it back.

use std::sync::Arc;

use chassis::ApiError;
use chassis::preconditions::Precondition;
use store::{Draft, Entry};

use super::rules::{check_flag, evaluators};
use super::{MOST_FLAGS, current, history};
use crate::announce::announce;
use crate::etag;
use crate::model::{Change, Definition, Flag, Kill, Usage};
use crate::stamp::Stamp;

/// What comes of a change: the flag as it is now.
type Changed = Result<Arc<Entry<Flag>>, ApiError>;

/// What answers for a key that no flag has.
pub fn no_such_flag() -> ApiError {
    ApiError::not_found("Flag not found")
}

/// Make a flag, or put another in the place of the one with its key; `true`: there was none before.
///
/// # Errors
/// 400 when its rules cannot be run, 409 when there are too many flags, or when its kill switch is pulled and it would
/// answer something else, 412.
pub fn put(
    draft: &mut Draft,
    stamp: &Stamp,
    precondition: &Precondition,
    definition: &Definition,
) -> Result<(Arc<Entry<Flag>>, bool), ApiError> {
    let before = draft.get::<Flag>(definition.id.as_str());
    match &before {
        Some(before) => precondition.check(&etag::of(before))?,
        None => precondition.check_absent()?,
    }
    check_flag(&evaluators(draft.read()), definition)?;
    let action = if before.is_some() { "updated" } else { "created" };
    Ok((write(draft, stamp, definition.clone(), action, "")?, before.is_none()))
}

/// Switch a flag on or off.
///
/// # Errors
/// 404, 412; 409 when somebody has pulled its kill switch.
pub fn toggle(draft: &mut Draft, stamp: &Stamp, id: &str, precondition: &Precondition, on: bool) -> Changed {
    let before = current::<Flag>(draft, id, precondition, no_such_flag)?;
    if let (true, Some(kill)) = (on, &before.killed) {
        let message = format!("{} has pulled the kill switch of this flag: restore it first", kill.by);
        return Err(ApiError::conflict(message));
    }
    let after = Definition { on, ..before.definition.clone() };
    write(draft, stamp, after, "toggled", if on { "on" } else { "off" })
}

/// Delete a flag. Its history stays.
///
/// # Errors
/// 404, 412; 409 while its kill switch is pulled.
pub fn delete(draft: &mut Draft, stamp: &Stamp, id: &str, precondition: &Precondition) -> Result<(), ApiError> {
    let before = current::<Flag>(draft, id, precondition, no_such_flag)?;
    check_kill(&before, None)?;
    remove(draft, id);
    let version = before.document.version + 1;
    announce(draft, stamp, history::of_flag(draft, stamp, id, version, "deleted", None), "");
    Ok(())
}

/// Take a flag out, with what is known of its use.
pub fn remove(draft: &mut Draft, id: &str) {
    draft.delete::<Flag>(id);
    draft.delete::<Usage>(id);
}

/// Make a flag again what it was at this version, also one that was deleted.
///
/// # Errors
/// 404 when there was no such flag or version, 400 when a segment of then is gone, 409 as for [`put`], 412.
pub fn roll_back(draft: &mut Draft, stamp: &Stamp, id: &str, precondition: &Precondition, version: u64) -> Changed {
    match draft.get::<Flag>(id) {
        Some(before) => precondition.check(&etag::of(&before))?,
        None if draft.read().count_of::<Change>("flag", id) == 0 => return Err(no_such_flag()),
        None => precondition.check_absent()?,
    }
    let then = draft.read().find::<Change>("flag", id).rev().find(|change| change.document.version == version);
    let then = then.and_then(|change| change.definition.clone());
    let then = then.ok_or_else(|| ApiError::not_found("The history of this flag has no such version"))?;
    check_flag(&evaluators(draft.read()), &then)?;
    write(draft, stamp, then, "rolled-back", &format!("to version {version}"))
}

/// Go on only if a flag whose kill switch is pulled stays there, and goes on answering what it answers now. Whatever else
/// of it is changed shows when it is restored.
///
/// # Errors
/// 409.
pub fn check_kill(before: &Flag, after: Option<&Definition>) -> Result<(), ApiError> {
    let Some(kill) = &before.killed else { return Ok(()) };
    let (id, by) = (before.id(), &kill.by);
    match after {
        Some(after) if before.definition.off() == after.off() => Ok(()),
        Some(_) => Err(ApiError::conflict(format!(
            "{by} has pulled the kill switch of {id}: what it answers while it is off stays as it is until it is restored"
        ))),
        // programs would go on with what stands in their code, and that may be the very thing that was stopped
        None => Err(ApiError::conflict(format!(
            "{by} has pulled the kill switch of {id}: restore it first, then delete it"
        ))),
    }
}

/// Pull the kill switch: the flag is off until it is restored, whatever else is done with it. A second pull is a change as
/// well: whoever has asked to restore the flag before could not know of it.
///
/// # Errors
/// 404.
pub fn kill(draft: &mut Draft, stamp: &Stamp, id: &str, reason: &str) -> Changed {
    let before = current::<Flag>(draft, id, &Precondition::NONE, no_such_flag)?;
    let at = before.killed.as_ref().map_or(stamp.at, |kill| kill.at);
    let kill = Kill { by: stamp.by.clone(), at, reason: reason.to_owned() };
    Ok(commit(draft, stamp, before.definition.clone(), Some(kill), "killed", reason))
}

/// Put the kill switch back: the flag is again what its definition says.
///
/// # Errors
/// 404.
pub fn restore(draft: &mut Draft, stamp: &Stamp, id: &str) -> Changed {
    let before = current::<Flag>(draft, id, &Precondition::NONE, no_such_flag)?;
    if before.killed.is_none() {
        return Ok(before);
    }
    Ok(commit(draft, stamp, before.definition.clone(), None, "restored", ""))
}

/// Write a definition that was checked. What is there already changes nothing.
fn write(draft: &mut Draft, stamp: &Stamp, definition: Definition, action: &str, note: &str) -> Changed {
    let before = draft.get::<Flag>(definition.id.as_str());
    if let Some(before) = &before
        && before.definition == definition
    {
        return Ok(Arc::clone(before));
    }
    if before.is_none() && draft.read().count::<Flag>() >= MOST_FLAGS {
        return Err(ApiError::conflict(format!("There are {MOST_FLAGS} flags, and there may be no more")));
    }
    if let Some(before) = &before {
        check_kill(before, Some(&definition))?;
    }
    let killed = before.and_then(|before| before.killed.clone());
    Ok(commit(draft, stamp, definition, killed, action, note))
}

fn commit(
    draft: &mut Draft,
    stamp: &Stamp,
    definition: Definition,
    killed: Option<Kill>,
    action: &str,
    note: &str,
) -> Arc<Entry<Flag>> {
    let entry = replace(draft, stamp, definition, killed);
    let definition = Some(entry.definition.clone());
    let change = history::of_flag(draft, stamp, entry.id(), entry.document.version, action, definition);
    announce(draft, stamp, change, note);
    entry
}

/// Put a flag in the place of the one with its key, one version further.
pub fn replace(draft: &mut Draft, stamp: &Stamp, definition: Definition, killed: Option<Kill>) -> Arc<Entry<Flag>> {
    let before = draft.get::<Flag>(definition.id.as_str());
    let last = || {
        draft.read().find::<Change>("flag", definition.id.as_str()).next_back().map(|change| change.document.version)
    };
    let version = before.as_ref().map(|before| before.document.version).or_else(last).unwrap_or_default() + 1;
    let created_at = before.map_or(stamp.at, |before| before.created_at);
    let (updated_at, updated_by) = (stamp.at, stamp.by.clone());
    draft.put(Flag { definition, killed, version, created_at, updated_at, updated_by })
}
