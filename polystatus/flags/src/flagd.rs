//! flagd's definition format (<https://flagd.dev/reference/flag-definitions/>): read and written.

use std::collections::BTreeMap;

use chassis::ApiError;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::model::{
    Definition, Key, Kind, Metadata, Mistakes, Outcome, Segment, TOO_DEEP, Targets, Variations, check_metadata,
    is_too_deep,
};

/// A whole set, as it is kept here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definitions {
    /// The flags.
    pub flags: Vec<Definition>,
    /// Rules that several flags share.
    pub evaluators: BTreeMap<Key, Value>,
    /// What is known of all flags.
    pub metadata: Metadata,
}

/// A set, as it is sent. What flagd does not know either is left alone.
#[derive(Debug, Deserialize)]
struct Sent {
    flags: Flags,
    #[serde(default, rename = "$evaluators")]
    evaluators: BTreeMap<String, Value>,
    #[serde(default)]
    metadata: Metadata,
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
    let mut definitions = Definitions { metadata: sent.metadata, ..Definitions::default() };
    check_metadata(&definitions.metadata, &mut mistakes);
    for (place, (key, flag)) in flags.into_iter().enumerate() {
        let field = format!("flags.{}", key.clone().unwrap_or_else(|| place.to_string()));
        let read = serde_json::from_value::<SentFlag>(flag);
        if let Some(flag) = mistakes.note(field.clone(), read)
            && let Some(definition) = definition(key, flag, &field, &mut mistakes)
        {
            definitions.flags.push(definition);
        }
    }
    definitions.flags.sort_by(|one, other| one.id.cmp(&other.id));
    for two in definitions.flags.windows(2).filter(|two| two[0].id == two[1].id) {
        mistakes.add(format!("flags.{}", two[0].id), "is there twice");
    }
    for (name, rule) in sent.evaluators {
        if is_too_deep(&rule) {
            mistakes.add(format!("$evaluators.{name}"), TOO_DEEP);
        }
        if let Some(key) = mistakes.note(format!("$evaluators.{name}"), name.parse::<Key>()) {
            definitions.evaluators.insert(key, rule);
        }
    }
    mistakes.none_or(Some(definitions))
}

fn definition(key: Option<String>, flag: SentFlag, field: &str, mistakes: &mut Mistakes) -> Option<Definition> {
    let Some(key) = key.or(flag.key) else {
        mistakes.add(format!("{field}.key"), "is required");
        return None;
    };
    let id = mistakes.note(field.to_owned(), key.parse::<Key>())?;
    let boolean = flag.variants.values().all(Value::is_boolean);
    let definition = Definition {
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
    };
    let mut own = Mistakes::default();
    definition.check(&mut own);
    let checked = own.none_or(Some(()));
    for detail in checked.err().iter().flat_map(ApiError::details) {
        mistakes.add(format!("{field}.{}", detail.field), detail.message.clone());
    }
    Some(definition)
}

/// A flag, as flagd writes it. A flag whose kill switch is pulled is written as it is without.
pub fn flag(definition: &Definition) -> Value {
    let mut flag = Map::new();
    let state = if definition.on { "ENABLED" } else { "DISABLED" };
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

/// A whole set, as flagd writes it. `is_on` tells whether a flag is on, with its kill switch looked at.
pub fn write<'a>(
    flags: impl Iterator<Item = (&'a Definition, bool)>,
    segments: impl Iterator<Item = &'a Segment>,
    metadata: &Metadata,
) -> Value {
    let flags: Map<_, _> = flags
        .map(|(definition, is_on)| {
            let mut written = flag(definition);
            if !is_on {
                written["state"] = "DISABLED".into();
            }
            (definition.id.to_string(), written)
        })
        .collect();
    let evaluators: Map<_, _> = segments.map(|segment| (segment.id.to_string(), segment.rule())).collect();
    json!({"$schema": "https://flagd.dev/schema/v0/flags.json", "flags": flags, "$evaluators": evaluators, "metadata": metadata})
}
