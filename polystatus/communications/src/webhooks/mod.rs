//! Calls to addresses that others have chosen: signed, so that they can be believed, and kept from where they would do
//! harm.

mod call;
mod sign;
mod target;

pub use call::Caller;
pub use sign::{new_secret, sign};
pub use target::Target;
