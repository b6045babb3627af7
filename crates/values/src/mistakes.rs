//! What is wrong with a request, field by field.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use chassis::ApiError;
use chassis::error::Detail;
use serde::{Deserialize, Deserializer};

/// Mistakes that are named at most: an answer must not be much longer than what was asked.
const MOST: usize = 20;

/// What was found wrong so far: the first twenty of it.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<Detail>);

impl Mistakes {
    /// This field is wrong.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) {
        if self.0.len() < MOST {
            self.0.push(Detail::new(field, message));
        }
    }

    /// What was found, or the mistake noted.
    pub fn note<T, E: Display>(&mut self, field: impl Into<Cow<'static, str>>, found: Result<T, E>) -> Option<T> {
        found.map_err(|error| self.add(field, error.to_string())).ok()
    }

    /// The text as it should be, or the mistake noted.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, field: impl Into<Cow<'static, str>>, text: &str) -> Option<T> {
        self.note(field, text.parse::<T>())
    }

    /// As [`parse`](Self::parse), of a text that must be there.
    pub fn required<T: FromStr<Err: Display>>(&mut self, field: &'static str, text: Option<&str>) -> Option<T> {
        match text {
            Some(text) => self.parse(field, text),
            None => self.missing(field),
        }
    }

    /// This field must be there.
    pub fn missing<T>(&mut self, field: &'static str) -> Option<T> {
        self.add(field, "is required");
        None
    }

    /// What came out, if nothing was wrong.
    ///
    /// # Errors
    /// 400 with every mistake.
    pub fn none_or<T>(self, value: Option<T>) -> Result<T, ApiError> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(ApiError::invalid(self.0)),
        }
    }
}

/// Absent is `None`; `null` is a mistake, not an absence.
///
/// # Errors
/// As `T`.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_mistakes_are_named_and_no_more() {
        let mut mistakes = Mistakes::default();
        for number in 0..1000 {
            mistakes.add(format!("tags[{number}]"), "must not be empty");
        }
        let refused = mistakes.none_or(Some(())).unwrap_err();
        assert_eq!((refused.details().len(), &*refused.details()[19].field), (20, "tags[19]"));
    }
}
