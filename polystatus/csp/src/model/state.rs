//! How a provider is, in our words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a provider, a component or an incident is, from the best to the worst.
///
/// `unknown` stands in the middle: a component whose word nobody knows makes a page that is green otherwise unknown, and
/// hides no outage that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All is well.
    Operational,
    /// The provider has something to say, and nothing is broken.
    Notice,
    /// Planned work goes on.
    Maintenance,
    /// Nobody knows.
    #[default]
    Unknown,
    /// Slower than it should be, or with errors now and then.
    Degraded,
    /// A part does not work.
    PartialOutage,
    /// It does not work.
    MajorOutage,
}

impl State {
    /// Every state, from the best to the worst.
    pub const ALL: [Self; 7] = [
        Self::Operational,
        Self::Notice,
        Self::Maintenance,
        Self::Unknown,
        Self::Degraded,
        Self::PartialOutage,
        Self::MajorOutage,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::Notice => "notice",
            Self::Maintenance => "maintenance",
            Self::Unknown => "unknown",
            Self::Degraded => "degraded",
            Self::PartialOutage => "partial_outage",
            Self::MajorOutage => "major_outage",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == word);
        found.ok_or("must be operational, notice, maintenance, unknown, degraded, partial_outage or major_outage")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_hides_no_outage_and_is_not_green() {
        assert!(State::Unknown > State::Operational && State::Unknown > State::Maintenance);
        assert!(State::Unknown < State::Degraded && State::Degraded < State::MajorOutage);
        assert!(State::ALL.is_sorted());
    }
}
