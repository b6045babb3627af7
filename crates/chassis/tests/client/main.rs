//! The client against real peers, well and ill.

mod answers;
mod circuit;
mod context;
mod faults;
mod retries;
mod server;
mod streams;

use std::time::Duration;

use chassis::client::{Limits, Peer};

/// A peer with the default limits.
fn peer(address: std::net::SocketAddr) -> Peer {
    hasty(address, Limits::default())
}

/// A peer with limits of the test's own.
fn hasty(address: std::net::SocketAddr, limits: Limits) -> Peer {
    Peer::builder("inventory", format!("http://{address}")).limits(limits).build().expect("the address is a URL")
}

/// Limits for peers that do not answer, so that a test need not wait for seconds.
fn impatient() -> Limits {
    Limits {
        connect: Duration::from_millis(100),
        attempt: Duration::from_millis(100),
        total: Duration::from_millis(400),
        pause: Duration::from_millis(1),
        ..Limits::default()
    }
}
