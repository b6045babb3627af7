//! A change that is not made now: somebody must agree, or its time has not come.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Definition, FlagInput, Mistakes, Segment, SegmentInput};

/// A change to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Proposal {
    /// Make a flag, or put another in its place.
    Put {
        /// As it shall be.
        flag: Box<Definition>,
    },
    /// Switch a flag on or off.
    Toggle {
        /// Its key.
        id: String,
        /// Whether it shall be on.
        on: bool,
    },
    /// Delete a flag.
    Delete {
        /// Its key.
        id: String,
    },
    /// Make a flag again what it was.
    RollBack {
        /// Its key.
        id: String,
        /// What it was then.
        version: u64,
    },
    /// Make a segment, or put another in its place.
    PutSegment {
        /// As it shall be.
        segment: Box<Segment>,
    },
    /// Delete a segment.
    DeleteSegment {
        /// Its key.
        id: String,
    },
}

/// A change to be made, as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ProposalInput {
    /// Make a flag, or put another in its place.
    Put {
        /// As it shall be.
        flag: Box<FlagInput>,
    },
    /// Switch a flag on or off.
    Toggle {
        /// Its key.
        #[schema(example = "new-checkout")]
        id: String,
        /// Whether it shall be on.
        on: bool,
    },
    /// Delete a flag.
    Delete {
        /// Its key.
        #[schema(example = "new-checkout")]
        id: String,
    },
    /// Make a flag again what it was.
    RollBack {
        /// Its key.
        #[schema(example = "new-checkout")]
        id: String,
        /// What it was then.
        #[schema(example = 1)]
        version: u64,
    },
    /// Make a segment, or put another in its place.
    PutSegment {
        /// As it shall be.
        segment: Box<SegmentInput>,
    },
    /// Delete a segment.
    DeleteSegment {
        /// Its key.
        #[schema(example = "beta")]
        id: String,
    },
}

impl ProposalInput {
    /// The change that a client wants.
    ///
    /// # Errors
    /// 400 with each field that is missing or wrong.
    pub fn validate(self, by: &str, now: i64) -> Result<Proposal, ApiError> {
        let known = |id: String| {
            let mut mistakes = Mistakes::default();
            mistakes.required::<super::Key>("change.id", Some(&id));
            mistakes.none_or(Some(id))
        };
        Ok(match self {
            Self::Put { flag } => Proposal::Put { flag: Box::new(flag.validate()?) },
            Self::Toggle { id, on } => Proposal::Toggle { id: known(id)?, on },
            Self::Delete { id } => Proposal::Delete { id: known(id)? },
            Self::RollBack { id, version } => Proposal::RollBack { id: known(id)?, version },
            Self::PutSegment { segment } => Proposal::PutSegment { segment: Box::new(segment.validate(by, now)?) },
            Self::DeleteSegment { id } => Proposal::DeleteSegment { id: known(id)? },
        })
    }
}

impl Proposal {
    /// The flag that it would change.
    pub fn flag(&self) -> Option<&str> {
        match self {
            Self::Put { flag } => Some(flag.id.as_str()),
            Self::Toggle { id, .. } | Self::Delete { id } | Self::RollBack { id, .. } => Some(id),
            Self::PutSegment { .. } | Self::DeleteSegment { .. } => None,
        }
    }
}
