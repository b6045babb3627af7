//! The pages behind the login, with the real services behind them: users, incidents, communications, flags, all in this process.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod browser;
#[path = "../../../users/tests/api/mailbox.rs"]
#[expect(dead_code, reason = "what only the tests of the users service look at")]
mod mailbox;
mod undo;
mod world;

mod account;
mod banner;
mod csrf;
mod deliveries;
mod flags;
mod hostile;
mod incidents;
mod maintenance;
mod roles;
mod services;
mod sessions;
mod users;
mod work_roles;
