//! The id of a service: its name, as an address can hold it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Bytes of an id at most: it is the subject of events, which have room for 255 and more to say.
const LONGEST: usize = 200;

/// A name in lower case, with `-` for whatever is neither letter nor digit: `Checkout API` is `checkout-api`.
///
/// Incidents name services as people write them. Under this id they are the same, so that a filter, the catalogue and
/// the reports find one another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "checkout-api")]
pub struct ServiceId(String);

impl ServiceId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ServiceId {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut id = String::with_capacity(name.len());
        for character in name.chars().flat_map(char::to_lowercase) {
            if character.is_alphanumeric() {
                id.push(character);
            } else if !id.is_empty() && !id.ends_with('-') {
                id.push('-');
            }
        }
        let id = id.trim_end_matches('-');
        if id.is_empty() {
            return Err("must have a letter or a digit");
        }
        if id.len() > LONGEST {
            return Err("must have at most 200 bytes, as an id");
        }
        Ok(Self(id.to_owned()))
    }
}

impl TryFrom<String> for ServiceId {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl From<ServiceId> for String {
    fn from(id: ServiceId) -> Self {
        id.0
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_the_same_service_have_one_id() {
        for name in ["Checkout API", "checkout-api", " CHECKOUT  api ", "checkout/api", "checkout_api!"] {
            assert_eq!(name.parse::<ServiceId>().unwrap().as_str(), "checkout-api", "{name}");
        }
        assert_eq!("Réseau Wi‑Fi".parse::<ServiceId>().unwrap().as_str(), "réseau-wi-fi");
    }

    #[test]
    fn a_name_without_letters_names_nothing() {
        for wrong in ["", "-", "!?", "\u{301}"] {
            assert!(wrong.parse::<ServiceId>().is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn the_id_of_an_id_is_itself(name in "\\PC{0,40}") {
            if let Ok(id) = name.parse::<ServiceId>() {
                prop_assert_eq!(id.as_str().parse::<ServiceId>().unwrap(), id.clone());
                prop_assert!(!id.as_str().contains('/'), "a key of the store is made of parts between slashes");
            }
        }
    }
}
