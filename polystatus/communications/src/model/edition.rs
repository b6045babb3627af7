//! When something last changed that the public sees.

use serde::{Deserialize, Serialize};

/// Written with every change of what the public sees, and with no other. What is rendered for readers is kept by the
/// version of this document: sending five thousand mails writes to the store thousands of times, and changes no page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// In Unix seconds.
    pub at: i64,
}

impl Edition {
    /// Its only key.
    pub const KEY: &'static str = "public";
}
