//! A file as its owner sees it.

use actix_web::http::header::EntityTag;
use serde::Serialize;
use utoipa::ToSchema;

/// A file: its newest version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct File {
    /// Its number, for ever.
    #[schema(example = 12)]
    pub id: i64,
    /// Whose it is; `null` when it belongs to the company: then admins alone see it.
    #[schema(example = 3)]
    pub user_id: Option<i64>,
    /// What it is called, in Unicode's normal form C.
    #[schema(example = "contract.pdf")]
    pub name: String,
    /// Counts its changes, from 1.
    #[schema(example = 1)]
    pub version: i64,
    /// Checksum of its content, in hexadecimal.
    #[schema(example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    pub sha256: String,
    /// Bytes of its content.
    #[schema(example = 0, minimum = 0)]
    pub size: i64,
    /// When it came to be, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub created_at: i64,
    /// When it was changed last, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
}

impl File {
    /// The tag of this version of it: of its name and number, not of its content, whose tag is its checksum.
    pub fn etag(&self) -> EntityTag {
        EntityTag::new_strong(format!("{}-{}", self.id, self.version))
    }
}

/// One version of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Version {
    /// Its number, from 1.
    #[schema(example = 1)]
    pub version: i64,
    /// What the file was called.
    #[schema(example = "contract.pdf")]
    pub name: String,
    /// Checksum of the content, in hexadecimal.
    #[schema(example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    pub sha256: String,
    /// Bytes of the content.
    #[schema(example = 0, minimum = 0)]
    pub size: i64,
    /// Since when, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
}
