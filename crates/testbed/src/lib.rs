//! What tests stand on. A development dependency: nothing of it is in a service.

pub mod containers;
pub mod postgres;
