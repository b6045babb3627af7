//! What a call may cost, and where the numbers come from.

use std::time::Duration;

/// The limits of all calls to one peer. Change what differs: `Limits { total: Duration::from_secs(2), ..Limits::default() }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// To find the name, connect and agree on TLS. Default 1 s: inside a data centre it takes milliseconds, and what
    /// makes it longer is a lost packet, which the kernel repeats after 1 s (RFC 6298, section 2), as our own retry does.
    pub connect: Duration,
    /// For one attempt, from its start to the last byte of the answer. Default 2 s: far above the slowest answer that a
    /// service gives when it is well.
    pub attempt: Duration,
    /// For all attempts and the pauses between them. Default 5 s: people wait for 10 s at most (Nielsen, Usability
    /// Engineering, 1993, chapter 5), and ours is one of several calls behind a page.
    pub total: Duration,
    /// How often a call is made that may be repeated. Default 3: each layer of callers multiplies them, and three layers
    /// of 3 are 27 already (Google, Site Reliability Engineering, chapter 22).
    pub attempts: u32,
    /// The longest first pause; each later one may be twice as long. Default 50 ms: enough for a peer to be replaced by
    /// its neighbour in a load balancer.
    pub pause: Duration,
    /// The longest pause of all. Default 1 s.
    pub longest_pause: Duration,
    /// The largest answer, in bytes. Default 1 MiB: pages of 500 entries have a tenth of it.
    pub body: usize,
    /// So many failed attempts in a row open the circuit. Default 5: more than the attempts of one call, so that one
    /// unlucky call does not stop the others.
    pub failures_in_a_row: u32,
    /// How long an open circuit stays open before one call probes the peer. Default 5 s: a container is started again in
    /// that time, and one call in 5 s burdens nobody.
    pub open_for: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(1),
            attempt: Duration::from_secs(2),
            total: Duration::from_secs(5),
            attempts: 3,
            pause: Duration::from_millis(50),
            longest_pause: Duration::from_secs(1),
            body: 1024 * 1024,
            failures_in_a_row: 5,
            open_for: Duration::from_secs(5),
        }
    }
}
