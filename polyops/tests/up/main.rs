//! The program itself, started as a person starts it: on ports of its own, with a data folder of its own.
#![expect(clippy::unwrap_used, reason = "a test that finds what it did not expect fails")]

mod demo;
mod doctor;
mod ending;
mod events;
mod figures;
mod house;
mod keeping;
mod starting;

/// What is tried.
const PROGRAM: &str = env!("CARGO_BIN_EXE_polyops");
