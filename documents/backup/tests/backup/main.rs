//! The backup as those who trust it see it: the real program, before the real documents API.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod api;
mod peers;
mod program;

mod chaos;
mod commands;
mod copying;
mod crashes;
mod document;
mod full;
mod hints;
mod histories;
mod history;
mod read_only;
mod unwell;
