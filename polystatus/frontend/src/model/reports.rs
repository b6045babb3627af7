//! What people report.

/// Quarters of an hour in a day.
pub const QUARTERS: usize = 96;

/// Whether people report more than they usually do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportState {
    /// No more than usual.
    #[default]
    None,
    /// Perhaps.
    Possible,
    /// Many more.
    Problems,
}

/// What is wrong, as somebody outside sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symptom {
    /// It does not answer.
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
    /// Each, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Unreachable, Self::Slow, Self::Error, Self::Login, Self::Data, Self::Other];

    /// The word that the incidents service has for it.
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

    /// Of the word for it.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|symptom| symptom.as_str() == word)
    }
}

/// What people reported of a service in the last 24 hours.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reports {
    /// Whether that is more than usual.
    pub state: ReportState,
    /// When the first quarter begins, in Unix seconds.
    pub start: i64,
    /// For each quarter, how many; none where nobody was there to count.
    pub counts: Vec<Option<u32>>,
    /// For each quarter, how many are usual.
    pub usual: Vec<f64>,
    /// What is wrong, and how many say so, the most frequent first.
    pub symptoms: Vec<(Symptom, u32)>,
}

impl Reports {
    /// How many there were in all.
    pub fn total(&self) -> u32 {
        self.counts.iter().flatten().fold(0, |sum, count| sum.saturating_add(*count))
    }
}
