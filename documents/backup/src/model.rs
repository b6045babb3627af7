//! What the documents API tells.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use values::Sha256;

/// One change of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its place among all changes: they follow one another without a gap.
    pub seq: i64,
    /// What happened.
    pub kind: Kind,
    /// The file after it; of a deleted one its last version.
    pub file: FileVersion,
    /// When, in Unix seconds.
    pub at: i64,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is new.
    Created,
    /// It has other content, or another name.
    Updated,
    /// It is gone.
    Deleted,
}

impl Kind {
    /// As the catalogue has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

impl FromStr for Kind {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let all = [Self::Created, Self::Updated, Self::Deleted];
        all.into_iter().find(|kind| kind.as_str() == name).ok_or("must be created, updated or deleted")
    }
}

/// One version of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileVersion {
    /// The file.
    #[schema(example = 12)]
    pub id: i64,
    /// Whose it is; `null` when it belongs to the company.
    #[schema(example = 3)]
    pub user_id: Option<i64>,
    /// What it is called.
    #[schema(example = "contract.pdf")]
    pub name: String,
    /// The number of the version.
    #[schema(example = 1)]
    pub version: i64,
    /// Checksum of its content, in hexadecimal.
    #[serde(serialize_with = "write_sum", deserialize_with = "read_sum")]
    #[schema(value_type = String, example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    pub sha256: Sha256,
    /// Bytes of its content.
    #[schema(example = 7)]
    pub size: u64,
}

impl fmt::Display for FileVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {} of file {}", self.version, self.id)
    }
}

fn write_sum<S: Serializer>(sum: &Sha256, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(sum)
}

fn read_sum<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sha256, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// A change that is ready to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The change.
    pub change: Change,
    /// What became of its content.
    pub came: Came,
}

/// What became of the content of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// It is here.
    Here,
    /// The API did not give it, for this reason.
    Lacking(String),
    /// A deletion brings none.
    Deleted,
}

/// How a content stands in the backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ContentState {
    /// It is here.
    Here,
    /// The documents API did not give it when it was to be copied: it is asked for again and again.
    Missing,
    /// It was here, and is not any more as it was: it is to be fetched anew.
    Damaged,
}

impl ContentState {
    /// As the catalogue has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Missing => "missing",
            Self::Damaged => "damaged",
        }
    }
}

impl FromStr for ContentState {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let all = [Self::Here, Self::Missing, Self::Damaged];
        all.into_iter().find(|state| state.as_str() == name).ok_or("is no state of a content")
    }
}
