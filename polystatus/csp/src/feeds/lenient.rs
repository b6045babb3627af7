//! Fields that providers write in more than one way: numbers as text, lists that are null, times in three forms.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

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

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor)
    }
}

/// Not an untagged enum: that keeps the whole value until it knows what it is, and the value may be a list of millions.
struct WordVisitor;

impl<'de> Visitor<'de> for WordVisitor {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Word, E> {
        Ok(Word(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Word, E> {
        Ok(Word(text))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Word, E> {
        Ok(Word(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Word, E> {
        Ok(Word(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Word, E> {
        let number = serde_json::Number::from_f64(number);
        Ok(Word(number.map(|number| number.to_string()).unwrap_or_default()))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Word, E> {
        Ok(Word(truth.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Word, E> {
        Ok(Word::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Word, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Word::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Word, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Word::default())
    }
}

/// `null` is what the type is by default: with `#[serde(default)]`, absent is too.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_there_has_a_word_or_none() {
        for (json, word) in [
            ("\"a\\u0062\"", "ab"),
            ("3", "3"),
            ("-3", "-3"),
            ("1.5", "1.5"),
            ("true", "true"),
            ("null", ""),
            ("[[1], {\"a\": 2}]", ""),
            ("{\"a\": [1]}", ""),
        ] {
            assert_eq!(serde_json::from_str::<Word>(json).unwrap().as_str(), word, "{json}");
        }
    }
}
