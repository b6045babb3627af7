//! What every service stands on. No part of it knows a service.

pub mod clock;
pub mod ids;
