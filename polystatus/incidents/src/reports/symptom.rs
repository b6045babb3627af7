//! What people can say is wrong.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is wrong, as somebody outside sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Symptom {
    /// It does not answer at all.
    Unreachable,
    /// It takes too long.
    Slow,
    /// It answers with an error.
    Error,
    /// Nobody can log in.
    Login,
    /// What it shows is wrong or missing.
    Data,
    /// Something else.
    Other,
}

impl Symptom {
    /// Every symptom.
    pub const ALL: [Self; 6] = [Self::Unreachable, Self::Slow, Self::Error, Self::Login, Self::Data, Self::Other];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Slow => "slow",
            Self::Error => "error",
            Self::Login => "login",
            Self::Data => "data",
            Self::Other => "other",
        }
    }
}

impl FromStr for Symptom {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|symptom| symptom.as_str() == word);
        found.ok_or("must be unreachable, slow, error, login, data or other")
    }
}
