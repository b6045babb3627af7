//! What readers get: made once for each change and each language, and never for a reader.
//!
//! A page is a frame around a few [`Part`]s. [`parts`] makes each of them from what is known, with a template that the
//! compiler has checked; [`Edition`] holds all pages of one moment. What changes between two editions is told part by
//! part to whoever follows a page, so that a browser replaces nothing else.

mod bars;
mod charts;
mod crowd;
mod edition;
mod frame;
mod page;
mod parts;
mod press;
pub(crate) mod shapes;

pub use edition::{Edition, Name};
pub(crate) use frame::MARK;
pub use frame::{Frame, Message, Theme};
pub use page::{Body, Page, Part};
pub use parts::Making;
pub(crate) use parts::encoded;
pub use press::{Press, print, tell};
pub(crate) use shapes::of as shape_of;
