//! "I have a problem too": what people report, and whether it is more than they usually do.
//!
//! Read in this order: [`quarter`], the unit of time; [`history`], what is kept; [`formula`], what is expected and how
//! much more is a problem; [`state`], when a problem begins and ends; [`simulation`], how often that is wrong.

pub mod formula;
pub mod history;
pub mod quarter;
pub mod reporters;
pub mod simulation;
pub mod state;
pub mod symptom;

pub use formula::{Expectation, expectation};
pub use history::{History, ReportDay, WatchDay};
pub use quarter::Quarter;
pub use reporters::Reporters;
pub use state::{ReportState, State};
pub use symptom::Symptom;
