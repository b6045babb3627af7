//! What tests of several packages stand on: real processes, real databases, and networks that fail on command.

pub mod chaos_proxy;
pub mod process;
pub mod wait;
