//! Whether rules can be run, looked at when they are written.

use std::collections::BTreeSet;

use chassis::ApiError;
use chassis::error::Detail;
use serde_json::Value;
use store::Snapshot;

use crate::logic::{Compiler, Evaluators, Hashing};
use crate::model::{Definition, Flag, Segment};

/// The rules of all segments, by their keys.
pub fn evaluators(snapshot: &Snapshot) -> Evaluators {
    snapshot.iter::<Segment>().map(|segment| (segment.id.to_string(), segment.rule())).collect()
}

/// Go on only if the rules of this flag can be run.
///
/// # Errors
/// 400.
pub fn check_flag(evaluators: &Evaluators, definition: &Definition) -> Result<(), ApiError> {
    let Some(rule) = definition.rule() else { return Ok(()) };
    let field = if definition.targeting.is_some() { "targeting" } else { "rules" };
    check_rule(evaluators, &rule, field)
}

/// Go on only if this rule can be run.
///
/// # Errors
/// 400.
pub fn check_rule(evaluators: &Evaluators, rule: &Value, field: &'static str) -> Result<(), ApiError> {
    // a rule can be run, or not, whatever is hashed
    match Compiler::new(evaluators, Hashing::default()).compile(rule) {
        Ok(_) => Ok(()),
        Err(error) => Err(ApiError::invalid(vec![Detail::new(field, format!("cannot be run: {error}"))])),
    }
}

/// Go on only if the flags that could be run with the segments as they are now can be run with those of then. A flag that
/// is broken already, as after an import, is not made worse.
///
/// # Errors
/// 400 with the flag's key.
pub fn check_flags_with(
    snapshot: &Snapshot,
    segment: &str,
    now: &Evaluators,
    then: &Evaluators,
) -> Result<(), ApiError> {
    let touched = reaching(snapshot, segment);
    let (mut before, mut after) = (Compiler::new(now, Hashing::default()), Compiler::new(then, Hashing::default()));
    for flag in snapshot.iter::<Flag>() {
        let rule = flag.definition.rule().filter(|rule| refers(rule, &|name| touched.contains(name)));
        let Some(rule) = rule else { continue };
        if let Err(error) = after.compile(&rule)
            && before.compile(&rule).is_ok()
        {
            let message = format!("would break the flag {}, whose rules could not be run: {error}", flag.id());
            return Err(ApiError::invalid(vec![Detail::new("if", message)]));
        }
    }
    Ok(())
}

/// This segment, and those that refer to it, also by way of others.
fn reaching(snapshot: &Snapshot, segment: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::from([segment.to_owned()]);
    loop {
        let others = snapshot.iter::<Segment>().filter(|other| !reached.contains(other.id.as_str()));
        let more = others.filter(|other| refers(&other.rule(), &|name| reached.contains(name)));
        let more: Vec<String> = more.map(|other| other.id.to_string()).collect();
        if more.is_empty() {
            return reached;
        }
        reached.extend(more);
    }
}

/// The flags and segments whose rules refer to this segment.
pub fn users_of(snapshot: &Snapshot, segment: &str) -> Vec<String> {
    let named = |name: &str| name == segment;
    let flags = snapshot.iter::<Flag>().filter(|flag| flag.definition.rule().is_some_and(|rule| refers(&rule, &named)));
    let flags = flags.map(|flag| flag.id().to_owned());
    let segments = snapshot.iter::<Segment>().filter(|other| refers(&other.rule(), &named));
    flags.chain(segments.map(|segment| segment.id.to_string())).collect()
}

fn refers(rule: &Value, to: &dyn Fn(&str) -> bool) -> bool {
    match rule {
        Value::Array(items) => items.iter().any(|item| refers(item, to)),
        Value::Object(object) => {
            object.get("$ref").and_then(Value::as_str).is_some_and(to) || object.values().any(|item| refers(item, to))
        }
        _ => false,
    }
}
