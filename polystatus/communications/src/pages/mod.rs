//! What readers get, made once for each edition and not for each of them.

pub mod badge;
mod cache;
pub mod feed;
pub mod public;
pub mod statuspage;
pub mod time;
mod view;
mod xml;

pub use cache::{Page, Pages, Rendered, edition, public as public_page};
pub use view::View;
