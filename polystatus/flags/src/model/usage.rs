//! When a flag was last asked for.

use serde::{Deserialize, Serialize};

/// When a flag was last asked for. It is noted once an hour, since each note is a write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// The flag's key.
    pub flag: String,
    /// By its name, in Unix seconds.
    pub by_name: Option<i64>,
    /// As one of all flags.
    pub in_bulk: Option<i64>,
}
