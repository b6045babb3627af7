//! What every service stands on. No part of it knows a service.

pub mod client;
pub mod clock;
pub mod ids;
pub mod telemetry;
