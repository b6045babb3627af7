//! Types that cannot hold a wrong value: whoever has a [`Hostname`] has a right one.

mod address;
#[cfg(test)]
pub(crate) mod arbitrary;
mod hostname;
mod input;
mod server;
mod status;
mod tag;

pub use address::Address;
pub use hostname::Hostname;
pub use input::{ServerInput, ServerPatch};
pub use server::{Action, Change, FieldChange, NewServer, Server};
pub use status::Status;
pub use tag::{MAX_TAGS, Tag};
