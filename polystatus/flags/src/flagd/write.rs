//! Writing a set.

use serde_json::{Map, Value, json};

use super::ours::{NAME, Ours, OursOfFlag, OursOfSegment};
use super::read::plain_of;
use super::{Defined, Definitions};

/// A flag, as flagd writes it. A flag whose kill switch is pulled is disabled there.
pub fn flag(defined: &Defined) -> Value {
    let definition = &defined.definition;
    let mut flag = Map::new();
    let state = if defined.is_on() { "ENABLED" } else { "DISABLED" };
    flag.insert("state".to_owned(), state.into());
    flag.insert("variants".to_owned(), json!(definition.variations.values(definition.kind)));
    flag.insert("defaultVariant".to_owned(), json!(definition.fallthrough.variation));
    if let Some(rule) = definition.rule() {
        flag.insert("targeting".to_owned(), rule);
    }
    if !definition.metadata.is_empty() {
        flag.insert("metadata".to_owned(), json!(definition.metadata));
    }
    flag.into()
}

/// A whole set, as flagd writes it, with what flagd has no word for beside it.
pub fn write(set: &Definitions) -> Value {
    let (mut flags, mut evaluators, mut ours) = (Map::new(), Map::new(), Ours::default());
    for defined in &set.flags {
        let key = defined.definition.id.to_string();
        if let Some(of_flag) = OursOfFlag::of(defined, &plain_of(defined)) {
            ours.flags.insert(key.clone(), of_flag);
        }
        flags.insert(key, flag(defined));
    }
    for segment in &set.segments {
        let key = segment.id.to_string();
        if let Some(of_segment) = OursOfSegment::of(segment) {
            ours.segments.insert(key.clone(), of_segment);
        }
        evaluators.insert(key, Value::clone(&segment.rule()));
    }
    json!({
        "$schema": "https://flagd.dev/schema/v0/flags.json", "flags": flags, "$evaluators": evaluators,
        "metadata": set.metadata, NAME: ours
    })
}
