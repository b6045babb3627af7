//! The communications service as its clients, its subscribers and its peers see it: a real server, real HTTP, real
//! storages, a real mail server.
//!
//! Tests about storage are written once and run on both, as `…::sqlite::…` and `…::redis::…`. Without a container engine,
//! `cargo nextest run -E 'not test(redis::)'` runs what needs none.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod app;
mod speaker;

mod document;
mod hostile;
mod roles;

mod announcements;
mod banner;
mod feeds;
mod maintenances;
mod statuspage;
mod stream;

mod deliveries;
mod mails;
mod secure_mails;
mod subscriptions;
mod webhooks;

mod brokers;
mod crashes;
mod learning;
mod peers;
mod replicas;
