//! The whole set of flags, as flagd writes it.

use std::collections::BTreeSet;

use chassis::ApiError;
use events::Event;
use serde::Serialize;
use serde_json::json;
use store::{Draft, Snapshot};
use utoipa::ToSchema;

use super::MOST_FLAGS;
use super::flag::{check_kill, remove, replace};
use super::history::{of_flag, of_segment, remember_all};
use super::rules::evaluators;
use super::segment::MOST_SEGMENTS;
use crate::announce::{SOURCE, audit};
use crate::documents::FlagSet;
use crate::flagd::{self, Defined, Definitions};
use crate::logic::{Compiler, Hashing};
use crate::model::{Change, Definition, Flag, Segment};
use crate::stamp::Stamp;

/// What an import has changed.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Imported {
    /// Flags that are new.
    pub created: Vec<String>,
    /// Flags that are others now.
    pub updated: Vec<String>,
    /// Flags that were not in the set.
    pub deleted: Vec<String>,
    /// The same of segments.
    pub segments: ImportedSegments,
    /// Flags whose rules cannot be run: their evaluation is a `PARSE_ERROR`, and that of the others is not touched.
    pub broken: Vec<Broken>,
}

/// What an import has changed of the segments.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportedSegments {
    /// Segments that are new.
    pub created: Vec<String>,
    /// Segments that are others now.
    pub updated: Vec<String>,
    /// Segments that were not in the set.
    pub deleted: Vec<String>,
}

/// A flag whose rules cannot be run.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Broken {
    /// The flag.
    #[schema(example = "new-checkout")]
    pub id: String,
    /// Why.
    #[schema(example = "there is no evaluator \"beta\"")]
    pub error: String,
}

/// Put this set in the place of all flags and segments. What is there already is not touched.
///
/// # Errors
/// 409 when there are too many, or when a flag whose kill switch is pulled would be gone, or answer something else.
pub fn import(draft: &mut Draft, stamp: &Stamp, set: &Definitions) -> Result<Imported, ApiError> {
    if set.flags.len() > MOST_FLAGS {
        return Err(ApiError::conflict(format!("There may be {MOST_FLAGS} flags at most")));
    }
    if set.segments.len() > MOST_SEGMENTS {
        return Err(ApiError::conflict(format!("There may be {MOST_SEGMENTS} segments at most")));
    }
    let (mut imported, mut changes) = (Imported::default(), Vec::new());
    import_segments(draft, stamp, set, &mut imported.segments, &mut changes);
    for sent in &set.flags {
        changes.extend(import_flag(draft, stamp, sent, set.is_plain, &mut imported)?);
    }
    let kept: BTreeSet<&str> = set.flags.iter().map(|flag| flag.definition.id.as_str()).collect();
    let gone = draft.read().iter::<Flag>().filter(|flag| !kept.contains(flag.id()));
    let gone: Vec<_> = gone.cloned().collect();
    for flag in gone {
        check_kill(&flag, None)?;
        remove(draft, flag.id());
        changes.push(of_flag(draft, stamp, flag.id(), flag.document.version + 1, "deleted", None));
        imported.deleted.push(flag.id().to_owned());
    }
    let other_metadata =
        draft.get::<FlagSet>(FlagSet::KEY).map_or(!set.metadata.is_empty(), |kept| kept.metadata != set.metadata);
    if other_metadata {
        draft.put(FlagSet { metadata: set.metadata.clone() });
    }
    imported.broken = broken(draft.read());
    if other_metadata || !changes.is_empty() {
        tell(draft, stamp, &imported);
    }
    remember_all(draft, changes);
    Ok(imported)
}

/// Put one of the flags; what it has changed, if something.
fn import_flag(
    draft: &mut Draft,
    stamp: &Stamp,
    sent: &Defined,
    is_plain: bool,
    imported: &mut Imported,
) -> Result<Option<Change>, ApiError> {
    let mut definition = sent.definition.clone();
    let mut killed = sent.killed.clone();
    let before = draft.get::<Flag>(definition.id.as_str());
    if let Some(before) = &before {
        let kept = Defined::of(before);
        if is_plain {
            // rules that were written as rules stay so, as long as they say the same; whether the set knows of a kill
            // switch makes no difference
            let restored = Defined { killed: None, ..kept.clone() };
            if [&kept, &restored].iter().any(|kept| flagd::flag(kept) == flagd::flag(sent)) {
                return Ok(None);
            }
            // what flagd has no word for stays as it is
            take_over(&kept.definition, &mut definition);
        }
        // no set puts a kill switch back
        killed = kept.killed.clone().or(killed);
        if (&kept.definition, &kept.killed) == (&definition, &killed) {
            return Ok(None);
        }
        check_kill(before, Some(&definition))?;
    }
    let list = if before.is_some() { &mut imported.updated } else { &mut imported.created };
    list.push(definition.id.to_string());
    let entry = replace(draft, stamp, definition, killed);
    let after = Some(entry.definition.clone());
    Ok(Some(of_flag(draft, stamp, entry.id(), entry.document.version, "imported", after)))
}

fn take_over(kept: &Definition, sent: &mut Definition) {
    sent.description.clone_from(&kept.description);
    let off = kept.off_variation.as_ref().filter(|off| sent.variations.has(off));
    sent.off_variation = off.cloned();
}

fn import_segments(
    draft: &mut Draft,
    stamp: &Stamp,
    set: &Definitions,
    imported: &mut ImportedSegments,
    changes: &mut Vec<Change>,
) {
    for segment in &set.segments {
        let (id, before) = (segment.id.to_string(), draft.get::<Segment>(segment.id.as_str()));
        // as with flags: what is written otherwise here stays so, as long as it says the same
        let is_same =
            |before: &Segment| before.says_the_same_as(segment) || (set.is_plain && before.rule() == segment.rule());
        if before.as_ref().is_some_and(|before| is_same(before)) {
            continue;
        }
        let mut after = segment.stamped(&stamp.by, stamp.at);
        if let Some(before) = before.as_ref().filter(|_| set.is_plain) {
            after.description.clone_from(&before.description);
        }
        draft.put(after);
        changes.push(of_segment(draft, stamp, &id, "imported"));
        if before.is_some() { &mut imported.updated } else { &mut imported.created }.push(id);
    }
    let kept: BTreeSet<&str> = set.segments.iter().map(|segment| segment.id.as_str()).collect();
    let gone = draft.read().iter::<Segment>().filter(|segment| !kept.contains(segment.id.as_str()));
    imported.deleted = gone.map(|segment| segment.id.to_string()).collect();
    for id in &imported.deleted {
        draft.delete::<Segment>(id);
        changes.push(of_segment(draft, stamp, id, "deleted"));
    }
}

/// Once for all of them: an import may change more flags than one write may have events. What became of each flag is in
/// its history; segments have none that can be read, so they are named here.
fn tell(draft: &mut Draft, stamp: &Stamp, imported: &Imported) {
    let (created, updated) = (imported.created.len(), imported.updated.len());
    let deleted = imported.deleted.len();
    let segments = &imported.segments;
    let changed = segments.created.len() + segments.updated.len() + segments.deleted.len();
    let more = if changed > 0 { format!(", and {changed} segments changed") } else { String::new() };
    let note = format!("{created} created, {updated} updated, {deleted} deleted{more}");
    audit(draft, stamp, "flag.imported", "flagd", &note);
    for (action, ids) in [
        ("segment.created", &segments.created),
        ("segment.updated", &segments.updated),
        ("segment.deleted", &segments.deleted),
    ] {
        if !ids.is_empty() {
            audit(draft, stamp, action, "flagd", &ids.join(", "));
        }
    }
    let data = json!({"by": stamp.by, "note": note});
    let id = format!("{}.flag.imported", stamp.id);
    let event = Event::recorded(id, stamp.at, SOURCE, "polystatus.flag.imported", "flagd", &data);
    draft.emit(event.to_json());
}

/// The flags whose rules cannot be run.
fn broken(snapshot: &Snapshot) -> Vec<Broken> {
    let evaluators = evaluators(snapshot);
    let mut compiler = Compiler::new(&evaluators, Hashing::default());
    let tried = snapshot.iter::<Flag>().filter_map(|flag| {
        let error = compiler.compile(&flag.definition.rule()?).err()?;
        Some(Broken { id: flag.id().to_owned(), error: error.to_string() })
    });
    tried.collect()
}
