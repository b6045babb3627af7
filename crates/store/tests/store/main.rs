//! The store as services use it: on memory, on SQLite, and on Redis.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod basics;
mod document;
mod faults;
mod ledger;
mod model;
