//! The incidents service as its clients see it: a real server, real HTTP, real storages, real peers.
//!
//! Most tests are written once and run on both storages, as `…::sqlite::…` and `…::redis::…`. Without a container
//! engine, `cargo nextest run -E 'not test(redis::)'` runs what needs none.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod app;

mod document;
mod errors;
mod hostile;
mod roles;

mod alerts;
mod catalogue;
mod conditions;
mod followers;
mod incidents;
mod paging;
mod postmortem;
mod reports;
mod stream;
mod timeline;

mod crashes;
mod peers;
mod replicas;
mod servers;
