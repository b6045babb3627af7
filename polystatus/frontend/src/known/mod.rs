//! What is known: the last good answer of each peer to each question, and since when nobody has answered.
//!
//! [`topic`] lists the questions. [`Memory`] holds the answers, in one immutable [`Known`] that readers share; what it is
//! told it also gives to [`kept`], which writes it down, so that a start with all peers dead shows it. [`days`] adds up
//! for how long each service was seen in which condition.

pub mod days;
pub mod kept;
mod memory;
mod source;
mod topic;

pub use memory::{Answer, Facts, Known, Memory};
pub use source::{Source, Standing};
pub use topic::Topic;
