//! What a flag can be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Whether a flag is on or off, or one of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Each variation is true or false.
    Boolean,
    /// Each variation is a text, a number, an object …: all of one type.
    Multivar,
}

/// The variations of a flag: their names with their values, or their names alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Variations {
    /// Names. Of a boolean flag the first, or the one called `on` or `true`, is true; otherwise the value is the name.
    Names(Vec<String>),
    /// Names with their values.
    Values(BTreeMap<String, Value>),
}

/// Of which type a value is: all variations of a flag have the same, since a program expects one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Boolean,
    Number,
    Text,
    Structure,
}

impl Type {
    /// None for null, which would be no value.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null => None,
            Value::Bool(_) => Some(Self::Boolean),
            Value::Number(_) => Some(Self::Number),
            Value::String(_) => Some(Self::Text),
            Value::Array(_) | Value::Object(_) => Some(Self::Structure),
        }
    }
}

impl Variations {
    /// `on` and `off`.
    pub fn on_and_off() -> Self {
        Self::Values([("on".to_owned(), true.into()), ("off".to_owned(), false.into())].into())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        match self {
            Self::Names(names) => names.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// Whether there is one of that name.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Names(names) => names.iter().any(|known| known == name),
            Self::Values(values) => values.contains_key(name),
        }
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let (names, values) = match self {
            Self::Names(names) => (Some(names), None),
            Self::Values(values) => (None, Some(values)),
        };
        let values = values.into_iter().flat_map(BTreeMap::keys);
        names.into_iter().flatten().chain(values).map(String::as_str)
    }

    /// Names and values.
    pub fn values(&self, kind: Kind) -> BTreeMap<String, Value> {
        match self {
            Self::Values(values) => values.clone(),
            Self::Names(names) => {
                let called = |word: &str| names.iter().find(|name| name.eq_ignore_ascii_case(word));
                let truth = called("on").or_else(|| called("true")).or(names.first());
                let value = |name: &String| match kind {
                    Kind::Boolean => Value::Bool(Some(name) == truth),
                    Kind::Multivar => Value::String(name.clone()),
                };
                names.iter().map(|name| (name.clone(), value(name))).collect()
            }
        }
    }

    /// The first name whose value this is.
    pub fn name_of(&self, kind: Kind, wanted: &Value) -> Option<String> {
        self.values(kind).into_iter().find(|(_, value)| value == wanted).map(|(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_alone_have_values_that_follow_from_them() {
        let names = |list: &[&str]| Variations::Names(list.iter().map(|name| (*name).to_owned()).collect());
        let values = |list: &[&str], kind| json!(names(list).values(kind));
        assert_eq!(values(&["off", "on"], Kind::Boolean), json!({"on": true, "off": false}));
        assert_eq!(values(&["new", "old"], Kind::Boolean), json!({"new": true, "old": false}));
        assert_eq!(values(&["red", "blue"], Kind::Multivar), json!({"red": "red", "blue": "blue"}));
    }
}
