//! What happened to files, in order.

use serde::Serialize;
use utoipa::ToSchema;

/// One change of one file. `{seq, file, at}` is also what the notifications are told, see [`crate::notifier`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Change {
    /// Its place among all changes: they follow one another without a gap. A user, who sees those of its own files alone,
    /// sees gaps.
    #[schema(example = 7)]
    pub seq: i64,
    /// What happened.
    pub kind: ChangeKind,
    /// The file after it; of a deleted one its last version.
    pub file: ChangedFile,
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is new.
    Created,
    /// It has other content, or another name.
    Updated,
    /// It is gone.
    Deleted,
}

impl ChangeKind {
    /// As it is written in the database and at the end of an event's kind.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }

    /// What [`as_str`](Self::as_str) has written.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Deleted].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What a change tells of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedFile {
    /// The file.
    #[schema(example = 12)]
    pub id: i64,
    /// Whose it is; `null` when it belongs to the company.
    #[schema(example = 3)]
    pub user_id: Option<i64>,
    /// What it is called.
    #[schema(example = "contract.pdf")]
    pub name: String,
    /// Its version.
    #[schema(example = 1)]
    pub version: i64,
    /// Checksum of its content, in hexadecimal.
    #[schema(example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    pub sha256: String,
    /// Bytes of its content.
    #[schema(example = 0, minimum = 0)]
    pub size: i64,
}
