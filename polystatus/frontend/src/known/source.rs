//! Who is asked.

/// A peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// What the public is told.
    Communications,
    /// What can break, and what people report.
    Incidents,
    /// How the cloud providers are doing.
    Csp,
    /// The servers.
    Inventory,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Communications, Self::Incidents, Self::Csp, Self::Inventory];

    /// Its name in logs and in what is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Communications => "communications",
            Self::Incidents => "incidents",
            Self::Csp => "csp",
            Self::Inventory => "inventory",
        }
    }
}

/// What is known of a source itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// When it last answered everything that it was asked, in Unix seconds; none: never.
    pub as_of: Option<i64>,
    /// Whether it answered at the last try. Not before the first one.
    pub answers: bool,
}
