//! What can break.

use super::Condition;

/// A service, as the public knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Its id in the status API: twelve letters and digits.
    pub component: String,
    /// Its id in the catalogue, by which it is reported and by which its badge is found; none while the catalogue does not
    /// know it.
    pub id: Option<String>,
    /// As people know it.
    pub name: String,
    /// The heading under which it stands.
    pub group: Option<String>,
    /// What it does.
    pub description: String,
    /// How it is.
    pub condition: Condition,
}
