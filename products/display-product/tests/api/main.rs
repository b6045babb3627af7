//! The pages as browsers get them: the real service, with the real ones behind it.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

mod world;

mod document;
mod form;
mod hostile;
mod pages;
mod silence;
