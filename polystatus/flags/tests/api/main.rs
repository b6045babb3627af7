//! The flags service as its clients see it: a real server, real HTTP, real storages.
//!
//! Most tests are written once and run on both storages, as `…::sqlite::…` and `…::redis::…`. Without a container
//! engine, `cargo nextest run -E 'not test(redis::)'` runs what needs none.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod app;

mod document;
mod errors;
mod hostile;
mod roles;

mod access;
mod agreement;
mod conditions;
mod explain;
mod flagd;
mod flags;
mod history;
mod kill;
mod later;
mod ofrep;
mod paging;
mod requests;
mod schedules;
mod segments;
mod stale;
mod stream;

mod crashes;
mod replicas;
