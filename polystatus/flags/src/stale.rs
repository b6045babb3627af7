//! Flags that have done their work: nobody asks for them, or everybody gets the same.

use serde::Serialize;
use store::{Entry, Snapshot};
use utoipa::ToSchema;

use crate::model::{Definition, Flag, Usage};
use crate::ruleset::{Rules, Ruleset};

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// Why a flag may have done its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Nobody has asked for it.
    Unused,
    /// It was in answers with all flags, and nobody has asked for it by its name: browsers ask for all, so it may be used
    /// there, or nowhere.
    OnlyInBulk,
    /// It is on, nobody has changed it, and everybody gets the same.
    RolledOut,
    /// It is off, and nobody has changed it.
    Off,
}

/// A flag that may have done its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stale {
    /// Its key.
    #[schema(example = "new-checkout")]
    pub id: String,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What everybody gets, if it is the same.
    #[schema(example = "on")]
    pub variation: Option<String>,
    /// When it was last asked for by its name, in Unix seconds, to the hour; null: never.
    #[schema(example = json!(null))]
    pub last_evaluated_at: Option<i64>,
    /// When all flags were last asked for together.
    #[schema(example = 1_700_000_000)]
    pub last_bulk_at: Option<i64>,
    /// When it was last changed.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
}

/// When a flag was last asked for: what is kept, and what this replica has seen since.
pub fn usage(snapshot: &Snapshot, ruleset: &Ruleset, rules: &Rules, flag: &Flag) -> Usage {
    let kept = snapshot.get::<Usage>(flag.id()).map(|kept| kept.document.clone()).unwrap_or_default();
    let by_name = ruleset.get(flag.id()).and_then(|compiled| compiled.seen.last());
    // a flag that was not there was not asked for
    let in_bulk = rules.last_bulk().filter(|at| *at >= flag.created_at);
    Usage { flag: flag.id().to_owned(), by_name: kept.by_name.max(by_name), in_bulk: kept.in_bulk.max(in_bulk) }
}

/// The flags behind this key that may have done their work, if nothing has happened to them since then: in the order of
/// their keys.
pub fn after<'a>(
    key: &'a str,
    snapshot: &'a Snapshot,
    ruleset: &'a Ruleset,
    rules: &'a Rules,
    since: i64,
) -> impl Iterator<Item = Stale> {
    snapshot.after::<Flag>(key).filter_map(move |flag| stale(flag, &usage(snapshot, ruleset, rules, flag), since))
}

fn stale(flag: &Entry<Flag>, usage: &Usage, since: i64) -> Option<Stale> {
    let before = |at: Option<i64>| at.is_none_or(|at| at <= since);
    let mut reasons = Vec::new();
    if before(usage.by_name) && before(Some(flag.created_at)) {
        reasons.push(if before(usage.in_bulk) { Reason::Unused } else { Reason::OnlyInBulk });
    }
    let variation = if flag.is_on() { the_same(&flag.definition) } else { flag.definition.off_variation.clone() };
    if before(Some(flag.updated_at)) {
        match (flag.is_on(), &variation) {
            (true, Some(_)) => reasons.push(Reason::RolledOut),
            (true, None) => {}
            (false, _) => reasons.push(Reason::Off),
        }
    }
    (!reasons.is_empty()).then(|| Stale {
        id: flag.id().to_owned(),
        reasons,
        variation,
        last_evaluated_at: usage.by_name,
        last_bulk_at: usage.in_bulk,
        updated_at: flag.updated_at,
    })
}

/// The variation that everybody gets, as far as that can be seen without running rules.
fn the_same(definition: &Definition) -> Option<String> {
    if definition.targeting.is_some() {
        return None;
    }
    let outcomes = definition.rules.iter().map(|rule| (&rule.variation, &rule.rollout));
    let outcomes = outcomes.chain([(&definition.fallthrough.variation, &definition.fallthrough.rollout)]);
    let mut names: Vec<&String> = definition.targets.users.values().collect();
    for (variation, rollout) in outcomes {
        match rollout {
            Some(rollout) => names.extend(rollout.iter().filter(|(_, part)| **part > 0).map(|(name, _)| name)),
            None => names.push(variation.as_ref()?),
        }
    }
    let first = (*names.first()?).clone();
    names.iter().all(|name| **name == first).then_some(first)
}
