//! How things are shown.

mod json;
mod page;

pub use json::{FileView, event, files};
pub use page::page;
