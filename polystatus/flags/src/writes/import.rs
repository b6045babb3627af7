//! The whole set of flags, as flagd writes it.

use std::collections::BTreeSet;

use chassis::ApiError;
use serde::Serialize;
use serde_json::json;
use store::{Draft, Snapshot};
use utoipa::ToSchema;

use events::Event;

use super::MOST_FLAGS;
use super::flag::{change, forget_old, remove, replace};
use super::rules::evaluators;
use crate::announce::audit;
use crate::documents::FlagSet;
use crate::flagd::{self, Definitions};
use crate::logic::{Compiler, Hashing};
use crate::model::{Flag, Segment};
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
    /// Flags whose rules cannot be run: their evaluation is a `PARSE_ERROR`, and that of the others is not touched.
    pub broken: Vec<Broken>,
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

/// Put this set in the place of all flags and segments.
///
/// # Errors
/// 409 when there are too many.
pub fn import(draft: &mut Draft, stamp: &Stamp, set: &Definitions) -> Result<Imported, ApiError> {
    if set.flags.len() > MOST_FLAGS {
        return Err(ApiError::conflict(format!("There may be {MOST_FLAGS} flags at most")));
    }
    import_segments(draft, stamp, set);
    if draft.get::<FlagSet>(FlagSet::KEY).is_none_or(|kept| kept.metadata != set.metadata) {
        draft.put(FlagSet { metadata: set.metadata.clone() });
    }
    let mut imported = Imported::default();
    for definition in &set.flags {
        let before = draft.get::<Flag>(definition.id.as_str());
        // rules that were written as rules stay so, as long as they say the same
        if before.as_ref().is_some_and(|before| flagd::flag(&before.definition) == flagd::flag(definition)) {
            continue;
        }
        let (list, killed) = match &before {
            Some(before) => (&mut imported.updated, before.killed.clone()),
            None => (&mut imported.created, None),
        };
        list.push(definition.id.to_string());
        let entry = replace(draft, stamp, definition.clone(), killed);
        remember(draft, stamp, entry.id(), entry.document.version, Some(definition));
    }
    let kept: BTreeSet<&str> = set.flags.iter().map(|flag| flag.id.as_str()).collect();
    let gone = draft.read().iter::<Flag>().filter(|flag| !kept.contains(flag.id()));
    let gone: Vec<_> = gone.map(|flag| (flag.id().to_owned(), flag.document.version + 1)).collect();
    for (id, version) in gone {
        remove(draft, &id);
        remember(draft, stamp, &id, version, None);
        imported.deleted.push(id);
    }
    imported.broken = broken(draft.read());
    tell(draft, stamp, &imported);
    Ok(imported)
}

fn import_segments(draft: &mut Draft, stamp: &Stamp, set: &Definitions) {
    for (id, rule) in &set.evaluators {
        if draft.get::<Segment>(id.as_str()).is_none_or(|before| before.rule() != *rule) {
            draft.put(Segment::of_evaluator(id.clone(), rule.clone(), &stamp.by, stamp.at));
        }
    }
    let gone = draft.read().iter::<Segment>().filter(|segment| !set.evaluators.contains_key(&segment.id));
    let gone: Vec<_> = gone.map(|segment| segment.id.to_string()).collect();
    for id in gone {
        draft.delete::<Segment>(&id);
    }
}

fn remember(draft: &mut Draft, stamp: &Stamp, id: &str, version: u64, after: Option<&crate::model::Definition>) {
    let action = if after.is_some() { "imported" } else { "deleted" };
    let change = change(draft, stamp, id, version, action, after.cloned());
    draft.put(change);
    forget_old(draft, id);
}

/// Once for all of them: an import may change more flags than one write may have events.
fn tell(draft: &mut Draft, stamp: &Stamp, imported: &Imported) {
    let (created, updated) = (imported.created.len(), imported.updated.len());
    let note = format!("{created} created, {updated} updated, {} deleted", imported.deleted.len());
    audit(draft, stamp, "flag.imported", "flagd", &note);
    let data = json!({"by": stamp.by, "note": note});
    let id = format!("{}.flag.imported", stamp.id);
    let event = Event::recorded(id, stamp.at, crate::announce::SOURCE, "polystatus.flag.imported", "flagd", &data);
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
