//! The client for calls between services: what every caller must do about a peer that is slow, down or overloaded.
//!
//! ```no_run
//! use chassis::client::{Peer, PeerError};
//!
//! # #[derive(serde::Deserialize)] struct Server;
//! # async fn example(id: &str) -> Result<(), Box<dyn std::error::Error>> {
//! // once, at start
//! let inventory = Peer::builder("inventory", "http://localhost:5000").build()?;
//!
//! // in a handler
//! let answer = inventory.get("/api/v1/servers").segment(id).send().await;
//! match answer.and_then(|response| response.found::<Server>()) {
//!     Ok(Some(server)) => { /* it exists */ }
//!     Ok(None) => { /* 404 */ }
//!     Err(error) if error.is_unavailable() => { /* go on without it, and say so */ }
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(()) }
//! ```
//!
//! Each call has a time-out for the connection, for one attempt and for all of them; is repeated after a random pause
//! where that does no harm; stays away from a peer that keeps failing (a circuit breaker); reads no more than a set
//! number of bytes; follows no redirect; and passes on the request's id and trace. The limits and where they come from:
//! [`Limits`]. Why our own: `docs/decisions/0006-resilient-client.md`.

mod attempt;
mod breaker;
mod call;
mod error;
mod figures;
mod limits;
mod peer;
mod reach;
mod response;
mod retry;
mod stream;

pub use breaker::{Breaker, BreakerState, Permit};
pub use call::Call;
pub use error::PeerError;
pub(crate) use figures::Peers;
pub use limits::Limits;
pub use peer::{Peer, PeerAddressError, PeerBuilder, PeerStats};
pub use reach::{OutOfReach, Reach, ip_of, is_public};
pub use reqwest::{Method, StatusCode};
pub use response::Response;
pub use retry::retry_after;
pub use stream::Stream;

/// Let TLS use `ring`, once per process, unless something else was chosen already.
///
/// Not the default of `rustls`: it builds a C library of its own, which takes 24 s.
pub fn install_crypto() {
    // an error says that another part of the process was first: that one serves as well
    let _ = rustls::crypto::ring::default_provider().install_default();
}
