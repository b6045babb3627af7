//! The words of the public: those of the Statuspage v2 API, which its clients know, and a few of our own.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An enum whose variants are words, in JSON, in settings and in parameters alike.
macro_rules! words {
    ($(#[$about:meta])* $name:ident, $wrong:literal: $($(#[$what:meta])* $variant:ident $word:literal),+ $(,)?) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$what])* $variant),+
        }

        impl $name {
            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = &'static str;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($wrong),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// How far the work on an incident is, as the public is told.
    PublicState, "must be investigating, identified, monitoring or resolved":
    /// Something is wrong, and its cause is not known.
    Investigating "investigating",
    /// The cause is known.
    Identified "identified",
    /// It was mended, and is being watched.
    Monitoring "monitoring",
    /// It is over.
    Resolved "resolved",
}

words! {
    /// How a component is, from good to bad: the worst of what is known of it.
    ComponentStatus, "must be operational, under_maintenance, degraded_performance, partial_outage or major_outage":
    /// It works.
    Operational "operational",
    /// It is being worked on, as was said before.
    UnderMaintenance "under_maintenance",
    /// It works badly.
    DegradedPerformance "degraded_performance",
    /// It works for some.
    PartialOutage "partial_outage",
    /// It does not work.
    MajorOutage "major_outage",
}

words! {
    /// How much an incident hurts, or how the whole page is, from good to bad.
    Impact, "must be none, maintenance, minor, major or critical":
    /// Not at all.
    None "none",
    /// As was said before.
    Maintenance "maintenance",
    /// A little.
    Minor "minor",
    /// Much.
    Major "major",
    /// Everything is down.
    Critical "critical",
}

words! {
    /// Where planned work stands.
    MaintenanceStatus, "must be scheduled, in_progress, verifying or completed":
    /// It is still to come.
    Scheduled "scheduled",
    /// It goes on.
    InProgress "in_progress",
    /// It is done, and is being watched.
    Verifying "verifying",
    /// It is over, or was called off.
    Completed "completed",
}

words! {
    /// How loud a banner is.
    Level, "must be info, warning or critical":
    /// Good to know.
    Info "info",
    /// Something to do.
    Warning "warning",
    /// Something is wrong.
    Critical "critical",
}

words! {
    /// The language of mails.
    Lang, "must be en or fr":
    /// English.
    En "en",
    /// French.
    Fr "fr",
}

impl Impact {
    /// Of an incident of this severity, from 1 (worst) to 4.
    pub const fn of_severity(sev: u8) -> Self {
        match sev {
            0 | 1 => Self::Critical,
            2 => Self::Major,
            3 => Self::Minor,
            _ => Self::None,
        }
    }

    /// What the page says when this is the worst of it, in the words of Statuspage.
    pub const fn description(self) -> &'static str {
        match self {
            Self::None => "All Systems Operational",
            Self::Maintenance => "Service Under Maintenance",
            Self::Minor => "Partially Degraded Service",
            Self::Major => "Partial System Outage",
            Self::Critical => "Major Service Outage",
        }
    }
}

impl ComponentStatus {
    /// Of a component that an incident of this severity names.
    pub const fn of_severity(sev: u8) -> Self {
        match sev {
            0 | 1 => Self::MajorOutage,
            2 => Self::PartialOutage,
            3 => Self::DegradedPerformance,
            _ => Self::Operational,
        }
    }

    /// What it means for the page as a whole.
    pub const fn impact(self) -> Impact {
        match self {
            Self::Operational => Impact::None,
            Self::UnderMaintenance => Impact::Maintenance,
            Self::DegradedPerformance => Impact::Minor,
            Self::PartialOutage | Self::MajorOutage => Impact::Major,
        }
    }
}

impl MaintenanceStatus {
    /// Where it can go from here. What is over stays over: new work is announced as new.
    pub const fn successors(self) -> &'static [Self] {
        match self {
            Self::Scheduled | Self::Verifying => &[Self::InProgress, Self::Completed],
            Self::InProgress => &[Self::Verifying, Self::Completed],
            Self::Completed => &[],
        }
    }

    /// What it makes of the components that it names.
    pub const fn effect(self) -> ComponentStatus {
        if self.is_active() { ComponentStatus::UnderMaintenance } else { ComponentStatus::Operational }
    }

    /// Whether it takes place now.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::InProgress | Self::Verifying)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_same_in_json_and_in_text() {
        let words = [
            (serde_json::to_value(ComponentStatus::UnderMaintenance), ComponentStatus::UnderMaintenance.as_str()),
            (serde_json::to_value(MaintenanceStatus::InProgress), MaintenanceStatus::InProgress.as_str()),
            (serde_json::to_value(PublicState::Monitoring), PublicState::Monitoring.as_str()),
            (serde_json::to_value(Impact::Critical), Impact::Critical.as_str()),
        ];
        for (json, text) in words {
            assert_eq!(json.unwrap(), text);
        }
        assert_eq!("verifying".parse(), Ok(MaintenanceStatus::Verifying));
        assert!("Resolved".parse::<PublicState>().is_err());
    }

    #[test]
    fn the_worst_comes_last() {
        assert!(ComponentStatus::MajorOutage > ComponentStatus::PartialOutage && Impact::Major > Impact::Maintenance);
    }
}
