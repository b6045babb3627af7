//! A user.

use actix_web::http::header::EntityTag;
use serde::Serialize;
use utoipa::ToSchema;

/// A user, as shown to itself and to admins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct User {
    /// Its number, for ever.
    #[schema(example = 3)]
    pub id: i64,
    /// What it logs in with.
    #[schema(example = "zoe")]
    pub login: String,
    /// What it is called.
    #[schema(example = "Zoé Martin")]
    pub name: String,
    /// Whether it sees every file and may do everything.
    pub admin: bool,
    /// Bytes that all versions of its files may have together.
    #[schema(example = 10_737_418_240_i64)]
    pub quota: i64,
    /// Bytes that they have.
    #[schema(example = 0)]
    pub used: i64,
    /// When it was made, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub created_at: i64,
    /// When it was changed last, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
    /// Counts its changes.
    #[serde(skip)]
    pub version: i64,
}

impl User {
    /// The tag of this version of it. What it uses changes with its files, and is in it too.
    pub fn etag(&self) -> EntityTag {
        EntityTag::new_strong(format!("{}-{}-{}", self.id, self.version, self.used))
    }
}
