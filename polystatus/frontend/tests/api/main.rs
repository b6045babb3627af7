//! The status page as its readers see it: a real server, real HTTP, and peers that say whatever a test wants, also nothing.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod app;
mod peers;

mod crashes;
mod document;
mod forms;
mod hostile;
mod live;
mod pages;
mod silence;
