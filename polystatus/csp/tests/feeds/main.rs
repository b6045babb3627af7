//! Feeds of every format, written here in the shape in which providers send them: what is read out of them, and that
//! nothing that is broken is ever read as `operational`.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod doubt;
mod payloads;
mod properties;
mod readings;
mod traps;
mod watched;
