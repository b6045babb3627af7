//! Reading a set.

use std::collections::BTreeMap;

use chassis::ApiError;
use serde::Deserialize;
use serde_json::Value;
use values::Mistakes;

use super::ours::{Ours, OursOfFlag};
use super::{Defined, Definitions};
use crate::model::{Definition, Key, Kind, Metadata, Outcome, Targets, Variations, check_metadata};

/// A set, as it is sent. What flagd does not know either is left alone.
#[derive(Debug, Deserialize)]
struct Sent {
    flags: Flags,
    #[serde(default, rename = "$evaluators")]
    evaluators: BTreeMap<String, Value>,
    #[serde(default)]
    metadata: Metadata,
    #[serde(default, rename = "$polystatus")]
    ours: Option<Ours>,
}

/// By key, or a list of which each has its key.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Flags {
    ByKey(BTreeMap<String, Value>),
    Listed(Vec<Value>),
}

#[derive(Debug, Deserialize)]
struct SentFlag {
    key: Option<String>,
    state: State,
    variants: BTreeMap<String, Value>,
    #[serde(default, rename = "defaultVariant")]
    default_variant: Option<String>,
    #[serde(default)]
    targeting: Option<Value>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
enum State {
    #[serde(rename = "ENABLED")]
    Enabled,
    #[serde(rename = "DISABLED")]
    Disabled,
}

/// Read a set.
///
/// # Errors
/// 400 with what is wrong.
pub fn read(body: &[u8]) -> Result<Definitions, ApiError> {
    let sent: Sent = chassis::extract::from_json(body)?;
    let mut mistakes = Mistakes::default();
    let flags: Vec<(Option<String>, Value)> = match sent.flags {
        Flags::ByKey(flags) => flags.into_iter().map(|(key, flag)| (Some(key), flag)).collect(),
        Flags::Listed(flags) => flags.into_iter().map(|flag| (None, flag)).collect(),
    };
    let is_plain = sent.ours.is_none();
    let mut ours = sent.ours.unwrap_or_default();
    let mut found = Definitions { metadata: sent.metadata, is_plain, ..Definitions::default() };
    check_metadata(&found.metadata, &mut mistakes);
    for (place, (key, flag)) in flags.into_iter().enumerate() {
        let field = format!("flags.{}", key.clone().unwrap_or_else(|| place.to_string()));
        let Some(flag) = mistakes.note(field.clone(), serde_json::from_value::<SentFlag>(flag)) else { continue };
        let Some(key) = key.or(flag.key.clone()) else {
            mistakes.add(format!("{field}.key"), "is required");
            continue;
        };
        let ours = ours.flags.remove(&key);
        if let Some(id) = mistakes.note(field.clone(), key.parse::<Key>()) {
            found.flags.push(defined(definition(id, flag), ours, &field, &mut mistakes));
        }
    }
    found.flags.sort_by(|one, other| one.definition.id.cmp(&other.definition.id));
    for two in found.flags.windows(2).filter(|two| two[0].definition.id == two[1].definition.id) {
        mistakes.add(format!("flags.{}", two[0].definition.id), "is there twice");
    }
    for (name, rule) in sent.evaluators {
        let field = format!("$evaluators.{name}");
        if let Some(key) = mistakes.note(field.clone(), name.parse::<Key>()) {
            let segment = ours.segments.remove(&name).unwrap_or_default().complete(key, rule);
            within(&field, &mut mistakes, |own| segment.check(own));
            found.segments.push(segment);
        }
    }
    found.segments.sort_by(|one, other| one.id.cmp(&other.id));
    mistakes.none_or(Some(found))
}

fn defined(plain: Definition, ours: Option<OursOfFlag>, field: &str, mistakes: &mut Mistakes) -> Defined {
    within(field, mistakes, |own| {
        if let Some(ours) = ours {
            return ours.complete(plain, own);
        }
        plain.check(own);
        Defined { definition: plain, killed: None }
    })
}

/// Note the mistakes that `check` finds, as within this field.
fn within<T>(field: &str, mistakes: &mut Mistakes, check: impl FnOnce(&mut Mistakes) -> T) -> T {
    let mut own = Mistakes::default();
    let checked = check(&mut own);
    for detail in own.none_or(Some(())).err().iter().flat_map(ApiError::details) {
        mistakes.add(format!("{field}.{}", detail.field), detail.message.clone());
    }
    checked
}

fn definition(id: Key, flag: SentFlag) -> Definition {
    let boolean = flag.variants.values().all(Value::is_boolean);
    Definition {
        id,
        description: String::new(),
        on: matches!(flag.state, State::Enabled),
        kind: if boolean { Kind::Boolean } else { Kind::Multivar },
        variations: Variations::Values(flag.variants),
        fallthrough: Outcome { variation: flag.default_variant, rollout: None },
        // what is disabled in flagd is left to the program's code
        off_variation: None,
        rules: Vec::new(),
        targets: Targets::default(),
        targeting: flag.targeting,
        metadata: flag.metadata,
    }
}

/// What a flag in flagd's form is read as, by whoever knows nothing else.
pub fn plain_of(defined: &Defined) -> Definition {
    let from = &defined.definition;
    definition(
        from.id.clone(),
        SentFlag {
            key: None,
            state: if defined.is_on() { State::Enabled } else { State::Disabled },
            variants: from.variations.values(from.kind),
            default_variant: from.fallthrough.variation.clone(),
            targeting: from.rule(),
            metadata: from.metadata.clone(),
        },
    )
}
