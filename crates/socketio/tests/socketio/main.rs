//! The client before real servers: the official one, in Node, and one that does whatever a test wants it to.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod faults;
mod official;
mod scripted;
