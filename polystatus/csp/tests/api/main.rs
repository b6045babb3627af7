//! The service as its clients see it: a real server, real HTTP, real storages, providers that answer over real sockets
//! rightly and wrongly, and the real incidents service.
//!
//! Most tests are written once and run on both storages, as `…::sqlite::…` and `…::redis::…`. Without a container
//! engine, `cargo nextest run -E 'not test(redis::)'` runs what needs none.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod app;
mod feed_server;

mod document;
mod errors;
mod hostile;
mod roles;

mod catalogue;
mod events;
mod history;
mod providers;
mod status;
mod stream;

mod fetching;
mod incidents;
mod polling;
mod private;

mod crashes;
mod replicas;
