//! The inventory API as its clients see it: a real server, real HTTP, real databases.
//!
//! Most tests are written once and run on both databases, as `…::sqlite::…` and `…::postgres::…`. Without a container
//! engine, `cargo nextest run -E 'not test(/postgres|rabbitmq/)'` runs what needs none.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod app;
mod storage;

mod document;
mod errors;
mod hostile;
mod probes;

mod conditions;
mod history;
mod list;
mod paging;
mod tables;
mod views;
mod writes;

mod crashes;
mod faults;
mod races;
mod replicas;
mod told;
