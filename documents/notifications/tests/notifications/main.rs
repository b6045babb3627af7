//! The notifications as their clients see them: a real server, the real documents API, real connections.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod app;
mod polling;

mod document;
mod files;

mod limits;
mod logins;
mod protocol;
mod redis;
mod telling;
