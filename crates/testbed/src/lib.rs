//! What tests of several packages stand on: real processes, real databases, and networks that fail on command.
//!
//! A development dependency: nothing of it is in a service.

pub mod chaos_proxy;
pub mod containers;
pub mod postgres;
pub mod process;
pub mod wait;
