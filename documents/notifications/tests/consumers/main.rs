//! Clients that are not ours, through the examples that people copy.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod listeners;
mod page;
mod services;
mod tls;
