//! Whether rules can be run, looked at when they are written.

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

/// The flags and segments whose rules refer to this segment.
pub fn users_of(snapshot: &Snapshot, segment: &str) -> Vec<String> {
    let flags =
        snapshot.iter::<Flag>().filter(|flag| flag.definition.rule().is_some_and(|rule| refers(&rule, segment)));
    let flags = flags.map(|flag| flag.id().to_owned());
    let segments = snapshot.iter::<Segment>().filter(|other| refers(&other.rule(), segment));
    flags.chain(segments.map(|segment| segment.id.to_string())).collect()
}

fn refers(rule: &Value, segment: &str) -> bool {
    match rule {
        Value::Array(items) => items.iter().any(|item| refers(item, segment)),
        Value::Object(object) => {
            object.get("$ref").and_then(Value::as_str) == Some(segment)
                || object.values().any(|item| refers(item, segment))
        }
        _ => false,
    }
}
