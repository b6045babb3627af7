//! Which incidents somebody follows: under a user's id, the keys of the incidents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Incidents that one person follows at most: the document is written as a whole with each of them.
pub const MOST_FOLLOWED: usize = 100;

/// The incidents that a person follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Following {
    /// Whose document it is.
    pub user: String,
    /// The incident's id, and since when it is followed, in Unix seconds.
    pub incidents: BTreeMap<String, i64>,
}

/// Somebody who follows an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Followed {
    /// A user's id.
    #[schema(example = "USR-1JN7W800000000000")]
    pub user_id: String,
    /// Since when, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub since: i64,
}
