//! What clients send, before it is known to be right. Every mistake is named, not the first one alone.

use std::fmt::Display;
use std::str::FromStr;

use chassis::ApiError;
use chassis::auth::Role;
use chassis::error::Detail;
use serde::{Deserialize, Deserializer};

/// The mistakes of a request so far.
#[derive(Default)]
pub struct Mistakes(Vec<Detail>);

impl Mistakes {
    /// The field's value, which must be there.
    pub fn required<T: FromStr<Err: Display>>(&mut self, field: &'static str, text: Option<&str>) -> Option<T> {
        if text.is_none() {
            self.0.push(Detail::new(field, "is required"));
        }
        self.optional(field, text)
    }

    /// The field's value, if it is there.
    pub fn optional<T: FromStr<Err: Display>>(&mut self, field: &'static str, text: Option<&str>) -> Option<T> {
        text?.parse().map_err(|error: T::Err| self.0.push(Detail::new(field, error.to_string()))).ok()
    }

    /// Another mistake.
    pub fn add(&mut self, field: &'static str, message: &'static str) {
        self.0.push(Detail::new(field, message));
    }

    /// All of them, as an answer; or the values, which are all there when there is no mistake.
    pub fn or<T>(self, values: Option<T>) -> Result<T, ApiError> {
        match values {
            Some(values) if self.0.is_empty() => Ok(values),
            _ => Err(ApiError::invalid(self.0)),
        }
    }
}

/// A role, as a word.
pub struct RoleWord(pub Role);

impl FromStr for RoleWord {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "viewer" => Ok(Self(Role::Viewer)),
            "responder" => Ok(Self(Role::Responder)),
            "manager" => Ok(Self(Role::Manager)),
            "admin" => Ok(Self(Role::Admin)),
            _ => Err("must be viewer, responder, manager or admin"),
        }
    }
}

/// A field that may be absent, which is not the same as `null`.
#[derive(Debug, Clone, Copy, Default)]
pub enum Given<T> {
    /// It stays as it is.
    #[default]
    Absent,
    /// It shall be empty.
    Null,
    /// It shall be this.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// A field that may be absent, and not `null`.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
