//! The pages behind the login, with the real services behind them: users, incidents, communications, all in this process.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod browser;
#[path = "../browser/node.rs"]
mod node;
mod undo;
mod world;

mod banner;
mod chromium;
mod deliveries;
mod flags;
mod maintenance;

mod services;
mod sessions;
mod users;
mod work_roles;
