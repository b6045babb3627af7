//! Incidents.

pub mod documents;
pub mod model;
pub mod reports;
