//! Values that several services share and that cannot be wrong: texts of people, whole numbers, e-mail addresses, checksums, ids of
//! services, ids that sort by time; and [`Mistakes`], which names every field that is none of them.
//!
//! A service parses what a client sends into these, once, and checks it nowhere else. What means something in one service
//! alone, such as the severity of an incident, is in that service's own model.

mod email;
mod id;
mod mistakes;
mod sha256;
mod slug;
mod text;
mod whole;

pub use email::Email;
pub use id::TimeOrderedIds;
pub use mistakes::{Mistakes, present};
pub use sha256::Sha256;
pub use slug::ServiceId;
pub use text::{Line, Prose};
pub use whole::Whole;
