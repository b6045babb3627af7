//! Events on their way, from a store's outbox to a store's inbox: real stores, real brokers.
//!
//! Most tests are written once and run on both brokers, as `…::in_process::…` and `…::rabbitmq::…`. Without a container
//! engine, `cargo nextest run -E 'not test(rabbitmq::)'` runs what needs none.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod brokers;
mod listener;
mod speaker;

mod delivery;
mod failures;
mod faults;
mod figures;
mod foreign;
mod process;
mod relays;
