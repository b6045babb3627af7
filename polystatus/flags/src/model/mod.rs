//! Types that cannot hold a wrong value. What a client sends is in the `…Input` types; their `validate` names every
//! mistake, and what comes out of it is not checked again.

mod change;
mod condition;
mod definition;
mod flag;
mod input;
mod key;
mod made;
mod nesting;
mod proposal;
mod request;
mod schedule;
mod segment;
mod targeting;
mod usage;
mod variations;

pub use change::Change;
pub use condition::{Condition, Op, Operator};
pub use definition::{Definition, Metadata, Outcome, Rollout, Rule, Targets, check_metadata};
pub use flag::{Flag, Kill};
pub use input::FlagInput;
pub use key::Key;
pub use nesting::{TOO_DEEP, is_too_deep};
pub use proposal::{Proposal, ProposalInput, Target, checked_version};
pub use request::{ChangeRequest, Decision, RequestState};
pub use schedule::{Agreed, Schedule, ScheduleState};
pub use segment::{Segment, SegmentInput};
pub use usage::Usage;
pub use variations::{Kind, Variations};
