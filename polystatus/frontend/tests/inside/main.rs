//! The pages behind the login, with the real services behind them: users, incidents, communications, all in this process.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod browser;
mod world;

mod sessions;
