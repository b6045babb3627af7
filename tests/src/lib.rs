//! Tests of what no package can test alone. They are under `tests/`, one folder for each binary; here is what they share.
//!
//! A [journey](journeys) is what a person does through several services. It is written once, over a [`System`] that it
//! sees from the outside alone, and walked in one process and in the containers of [`compose`].

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, in what its tests share too")]

pub mod compose;
pub mod journeys;
pub mod links;
pub mod outside;
pub mod people;
pub mod reader;
pub mod system;

pub use system::System;
