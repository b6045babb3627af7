//! The service as its clients see it: a real server, real HTTP, real databases.
//!
//! Most tests are written once and run on both databases, as `…::sqlite::…` and `…::mariadb::…`.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod app;
mod storage;

mod adding;
mod away;
mod document;
mod hostile;
mod roles;
mod told;
