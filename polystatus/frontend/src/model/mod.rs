//! What pages show: made of what peers answered, by [`crate::read`]. Nothing here knows how a peer writes it.

mod condition;
mod day;
mod incident;
mod provider;
mod reports;
mod server;
mod service;

pub use condition::Condition;
pub use day::{DAYS_KEPT, DAYS_SHOWN, Day, SECONDS_PER_DAY, account, day_of};
pub use incident::{Banner, BannerLevel, Incident, IncidentState, Update, Work, WorkState};
pub use provider::{Provider, ProviderDay};
pub use reports::{QUARTERS, ReportState, Reports, Symptom};
pub use server::{Host, HostState};
pub use service::Service;
