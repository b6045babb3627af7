//! The machines.

/// How a server is, by the inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostState {
    /// It does not run.
    Down,
    /// It is worked on.
    Maintenance,
    /// Nobody knows.
    Unknown,
    /// It runs.
    Up,
}

/// A server, as the public may know it: without its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// How it is.
    pub state: HostState,
    /// The words by which servers are grouped.
    pub tags: Vec<String>,
    /// What people should know of it.
    pub description: String,
}
