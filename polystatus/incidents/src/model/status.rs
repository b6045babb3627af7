//! Where an incident stands, and where it can go from there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where an incident stands.
///
/// ```text
///           ┌────────────┐
///           ▼            │
///   open ──────▶ mitigated ──────▶ resolved
///    ▲ └──────────────────────────▶  │
///    └───────────────────────────────┘
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It hurts.
    Open,
    /// It hurts no more, and its cause is still there.
    Mitigated,
    /// It is over.
    Resolved,
}

/// A change of status that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImpossibleTransition {
    /// It stands there already.
    #[error("The incident is {0} already; it can become {possible}", possible = either(.0.successors()))]
    Already(Status),
    /// It cannot go there from where it stands.
    #[error("An incident that is {from} cannot become {to}; it can become {possible}", possible = either(.from.successors()))]
    NoWay {
        /// Where it stands.
        from: Status,
        /// Where it should go.
        to: Status,
    },
}

fn either(statuses: &[Status]) -> String {
    statuses.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(" or ")
}

impl Status {
    /// Every status, in the order in which an incident comes to them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Mitigated, Self::Resolved];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
        }
    }

    /// Where it can go from here. What was over is opened anew when it comes back: it is not half over again.
    pub const fn successors(self) -> &'static [Self] {
        match self {
            Self::Open => &[Self::Mitigated, Self::Resolved],
            Self::Mitigated => &[Self::Open, Self::Resolved],
            Self::Resolved => &[Self::Open],
        }
    }

    /// Go from here to `to`.
    ///
    /// # Errors
    /// When there is no such way; the sentence names those that there are.
    pub fn go_to(self, to: Self) -> Result<Self, ImpossibleTransition> {
        if self == to {
            return Err(ImpossibleTransition::Already(self));
        }
        let possible = self.successors().contains(&to);
        if possible { Ok(to) } else { Err(ImpossibleTransition::NoWay { from: self, to }) }
    }
}

impl FromStr for Status {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|status| status.as_str() == word).ok_or("must be open, mitigated or resolved")
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Status::{Mitigated, Open, Resolved};
    use super::*;

    #[test]
    fn every_way_that_there_is_and_no_other() {
        for (from, to, possible) in [
            (Open, Open, false),
            (Open, Mitigated, true),
            (Open, Resolved, true),
            (Mitigated, Open, true),
            (Mitigated, Mitigated, false),
            (Mitigated, Resolved, true),
            (Resolved, Open, true),
            (Resolved, Mitigated, false),
            (Resolved, Resolved, false),
        ] {
            assert_eq!(from.go_to(to).is_ok(), possible, "{from} to {to}");
        }
    }

    #[test]
    fn a_refusal_names_the_ways_that_there_are() {
        let said = |from: Status, to| from.go_to(to).unwrap_err().to_string();
        assert_eq!(
            said(Resolved, Mitigated),
            "An incident that is resolved cannot become mitigated; it can become open"
        );
        assert_eq!(said(Open, Open), "The incident is open already; it can become mitigated or resolved");
    }
}
