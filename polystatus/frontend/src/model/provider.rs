//! The clouds that others run.

use std::collections::BTreeMap;

use super::Condition;

/// A day of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderDay {
    /// As in `2026-11-22`.
    pub date: String,
    /// For how many seconds it was in which condition; what is missing to a day is not known.
    pub seconds: BTreeMap<Condition, i64>,
}

/// A cloud provider, and how it is by its own status feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// By which it is known in addresses.
    pub id: String,
    /// As people know it.
    pub name: String,
    /// How it is; `Unknown` when its feed cannot be believed.
    pub condition: Condition,
    /// In its own words.
    pub native: String,
    /// Whether its feed was there at the last try.
    pub reachable: bool,
    /// Whether it could be read.
    pub parsed: bool,
    /// Whether it is young enough to be believed.
    pub fresh: bool,
    /// Of when what is known is, in Unix seconds.
    pub as_of: Option<i64>,
    /// Since when it is so.
    pub since: Option<i64>,
    /// What it tells of now: titles.
    pub events: Vec<String>,
    /// The days of which something is known, the oldest first.
    pub days: Vec<ProviderDay>,
}
