//! How something is, in the words of this page.

use serde::{Deserialize, Deserializer, Serialize};

/// How a service, a provider or the whole is, from the best to the worst.
///
/// `Unknown` stands in the middle: it is never shown as good, and hides nothing that is known to be bad.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It works.
    Operational,
    /// There is something to say, and nothing is broken.
    Notice,
    /// Planned work goes on.
    Maintenance,
    /// Nobody knows.
    #[default]
    Unknown,
    /// Slower than it should be, or with errors now and then.
    Degraded,
    /// A part does not work.
    Partial,
    /// It does not work.
    Major,
}

impl Condition {
    /// Every condition, from the best to the worst.
    pub const ALL: [Self; 7] =
        [Self::Operational, Self::Notice, Self::Maintenance, Self::Unknown, Self::Degraded, Self::Partial, Self::Major];

    /// Of a word that a peer uses; a word that nobody here knows is `Unknown`, and not good.
    pub fn of_word(word: &str) -> Self {
        match word {
            "operational" | "none" | "completed" => Self::Operational,
            "notice" => Self::Notice,
            "under_maintenance" | "maintenance" => Self::Maintenance,
            "degraded_performance" | "degraded" | "minor" => Self::Degraded,
            "partial_outage" | "partial" | "major" => Self::Partial,
            "major_outage" | "critical" => Self::Major,
            _ => Self::Unknown,
        }
    }

    /// Its name in the style sheet and in what is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::Notice => "notice",
            Self::Maintenance => "maintenance",
            Self::Unknown => "unknown",
            Self::Degraded => "degraded",
            Self::Partial => "partial",
            Self::Major => "major",
        }
    }

    /// Whether it is an outage: such seconds are missing in the share of a day in which a service was there.
    pub const fn is_outage(self) -> bool {
        matches!(self, Self::Partial | Self::Major)
    }
}

impl<'de> Deserialize<'de> for Condition {
    /// A word that an older or a newer version knew is `Unknown`: what is kept is always readable.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Ok(if word == "major" { Self::Major } else { Self::of_word(&word) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_knows_is_not_good_and_hides_no_outage() {
        assert_eq!(Condition::of_word("splendid"), Condition::Unknown);
        assert!(Condition::Unknown > Condition::Operational && Condition::Unknown < Condition::Degraded);
        assert!(Condition::ALL.is_sorted());
    }

    #[test]
    fn each_is_read_back_as_it_was_written() {
        for condition in Condition::ALL {
            let json = serde_json::to_string(&condition).unwrap();
            assert_eq!(json, format!("\"{}\"", condition.as_str()));
            assert_eq!(serde_json::from_str::<Condition>(&json).unwrap(), condition);
        }
    }
}
