//! A change that is not made now: somebody must agree, or its time has not come.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::Mistakes;

use super::{Definition, FlagInput, Segment, SegmentInput};

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
    /// Put the kill switch of a flag back.
    Restore {
        /// Its key.
        id: String,
    },
    /// Take a planned change back.
    CancelSchedule {
        /// Its id.
        id: String,
    },
}

/// What a change would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// The flag with this key.
    Flag(&'a str),
    /// The segment with this key.
    Segment(&'a str),
    /// The planned change with this id.
    Schedule(&'a str),
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
        #[schema(example = 1, minimum = 1, maximum = 9_007_199_254_740_991_u64)]
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
    /// Put the kill switch of a flag back.
    Restore {
        /// Its key.
        #[schema(example = "new-checkout")]
        id: String,
    },
    /// Take a planned change back.
    CancelSchedule {
        /// Its id.
        #[schema(example = "SCH-0000000000000001")]
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
            Self::RollBack { id, version } => Proposal::RollBack { id: known(id)?, version: checked_version(version)? },
            Self::PutSegment { segment } => Proposal::PutSegment { segment: Box::new(segment.validate(by, now)?) },
            Self::DeleteSegment { id } => Proposal::DeleteSegment { id: known(id)? },
            Self::Restore { id } => Proposal::Restore { id: known(id)? },
            Self::CancelSchedule { id } => Proposal::CancelSchedule { id: known(id)? },
        })
    }
}

/// The version of a flag that a client names: from 1 to what every client can write exactly (RFC 8259, 6).
///
/// # Errors
/// 400.
pub fn checked_version(version: u64) -> Result<u64, ApiError> {
    if (1..=9_007_199_254_740_991).contains(&version) {
        return Ok(version);
    }
    let mut mistakes = Mistakes::default();
    mistakes.add("version", "must be a version of the flag: a whole number from 1");
    mistakes.none_or(None)
}

impl Proposal {
    /// What it would change.
    pub fn target(&self) -> Target<'_> {
        match self {
            Self::Put { flag } => Target::Flag(flag.id.as_str()),
            Self::Toggle { id, .. } | Self::Delete { id } | Self::RollBack { id, .. } | Self::Restore { id } => {
                Target::Flag(id)
            }
            Self::PutSegment { segment } => Target::Segment(segment.id.as_str()),
            Self::DeleteSegment { id } => Target::Segment(id),
            Self::CancelSchedule { id } => Target::Schedule(id),
        }
    }
}

impl<'a> Target<'a> {
    /// Its key or id.
    pub fn id(self) -> &'a str {
        match self {
            Self::Flag(id) | Self::Segment(id) | Self::Schedule(id) => id,
        }
    }
}
