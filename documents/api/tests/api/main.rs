//! The documents API as its clients see it: a real server, real HTTP, real databases.
//!
//! Most tests are written once and run on three databases, as `…::sqlite::…`, `…::postgres::…` and `…::mariadb::…`.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod app;
mod form;
mod process;
mod storage;

mod document;
mod matrix;

mod changes;
mod content;
mod files;
mod logins;
mod names;
mod told;
mod uploads;
mod users;

mod away;
mod crashes;
mod full;
mod hostile;
mod memory;
mod tie;
