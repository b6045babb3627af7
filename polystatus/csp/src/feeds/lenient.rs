//! Fields that providers write in more than one way: numbers as text, lists that are null, times in three forms.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

/// A word: text as it is, a number or a truth value as its text, and nothing for anything else. Ids and codes come as
/// `"3"` and as `3`, sometimes in one document.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word(pub String);

impl Word {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, or `None` when it is empty.
    pub fn given(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(self.0.as_str())
    }
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum AnyWord {
    Text(String),
    Number(serde_json::Number),
    Truth(bool),
    Nothing(IgnoredAny),
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match AnyWord::deserialize(deserializer)? {
            AnyWord::Text(text) => text,
            AnyWord::Number(number) => number.to_string(),
            AnyWord::Truth(truth) => truth.to_string(),
            AnyWord::Nothing(_) => String::new(),
        }))
    }
}

/// `null` is what the type is by default: with `#[serde(default)]`, absent is too.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
