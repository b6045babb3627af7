//! Where a request comes from: the client's address, also behind proxies that we trust.
//!
//! A proxy appends the address that it saw to `X-Forwarded-For`, and whatever the client wrote there itself stands to
//! the left of it. So the list is read from the right: as long as an entry is one of our own proxies, the one before it
//! was written by that proxy and can be believed. The first that is not ours is the client. (The leftmost one, which
//! many programs take, is whatever the client likes.)
//!
//! A service that limits what one client may do has [`TrustedProxies`] among its settings, and asks them in a handler:
//!
//! ```
//! # use actix_web::HttpRequest;
//! # use chassis::origin::TrustedProxies;
//! #[derive(Debug, Clone, clap::Args)]
//! struct Settings {
//!     /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
//!     #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "")]
//!     trusted_proxies: TrustedProxies,
//! }
//!
//! fn allowance_of(request: &HttpRequest, settings: &Settings) {
//!     let client = settings.trusted_proxies.client_of(request);
//!     let counted_under = client.subscriber();
//! # let _ = counted_under;
//! }
//! ```

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address that a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin(IpAddr);

impl Origin {
    /// This address; an IPv4 address that is written as an IPv6 one (RFC 4291, 2.5.5.2) is taken for what it is.
    pub const fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// The address.
    pub const fn address(self) -> IpAddr {
        self.0
    }

    /// What limits are counted under. Of IPv6 the first 64 bits: whoever has an address there has all 2^64 of its
    /// network (RFC 6177), and a limit for each of them would be none.
    #[must_use]
    pub fn subscriber(self) -> Self {
        match self.0 {
            IpAddr::V4(_) => self,
            IpAddr::V6(address) => Self(IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64))),
        }
    }
}

/// A range of addresses, as in `10.0.0.0/8`; a single one, as in `127.0.0.1`, is the range of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    /// As IPv6; an IPv4 network lies under `::ffff:0:0/96`.
    prefix: u128,
    /// Bits that do not matter.
    host_bits: u32,
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        // a shift by all 128 bits is not defined
        let of = |bits: u128| bits.checked_shr(self.host_bits).unwrap_or(0);
        of(as_v6(address).to_bits()) == of(self.prefix)
    }
}

fn as_v6(address: IpAddr) -> Ipv6Addr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let longest: u32 = if address.is_ipv4() { 32 } else { 128 };
        let length = length.map_or(Ok(longest), str::parse).map_err(|_| ())?;
        let host_bits = longest.checked_sub(length).ok_or(())?;
        Ok(Self { prefix: as_v6(address).to_bits(), host_bits })
    }
}

/// Proxies whose `X-Forwarded-For` is believed. None: the client is whoever opened the connection.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    /// Where the request comes from.
    pub fn client_of(&self, request: &HttpRequest) -> Origin {
        // a connection without an address, as through a Unix socket, is nobody that could be told from others
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
        if !self.trusts(peer) {
            return Origin::new(peer);
        }
        // several headers are one list (RFC 9110, 5.2)
        let lines = request.headers().get_all(X_FORWARDED_FOR);
        // as bytes: what a client wrote at the left must not make the proxy's own entry unreadable
        let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
        let entries = lines.iter().rev().flat_map(|line| line.rsplit(','));
        self.last_believed(peer, entries)
    }

    /// The client, from what our proxies wrote, the last entry first.
    fn last_believed<'a>(&self, peer: IpAddr, entries: impl Iterator<Item = &'a str>) -> Origin {
        let mut client = peer;
        for entry in entries {
            // what cannot be read was not written by a proxy of ours: the last one that we know is answerable for it
            let Some(address) = address_in(entry) else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        Origin::new(client)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn address_in(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.parse().ok();
    bare.or_else(|| entry.parse().ok().map(|address: std::net::SocketAddr| address.ip()))
        .or_else(|| entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6))
}

impl FromStr for TrustedProxies {
    type Err = &'static str;

    fn from_str(list: &str) -> Result<Self, Self::Err> {
        let networks = list.split(',').map(str::trim).filter(|network| !network.is_empty()).map(str::parse);
        networks
            .collect::<Result<_, ()>>()
            .map(Self)
            .map_err(|()| "must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8, with commas between them")
    }
}

impl fmt::Debug for TrustedProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |network: &Network| format!("{}/{}", Ipv6Addr::from_bits(network.prefix), 128 - network.host_bits);
        f.debug_list().entries(self.0.iter().map(shown)).finish()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&str]) -> String {
        let mut request = TestRequest::get().peer_addr((peer.parse::<IpAddr>().unwrap(), 1234).into());
        for line in forwarded {
            request = request.append_header(("X-Forwarded-For", *line));
        }
        let proxies: TrustedProxies = proxies.parse().unwrap();
        proxies.client_of(&request.to_http_request()).address().to_string()
    }

    #[test]
    fn without_trusted_proxies_the_header_says_nothing() {
        assert_eq!(client("", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("10.0.0.0/8", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
    }

    #[test]
    fn the_rightmost_address_that_is_not_ours_is_the_client() {
        for (forwarded, found) in [
            (&["198.51.100.7"][..], "198.51.100.7"),
            (&["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
            (&["1.1.1.1, 198.51.100.7, 10.9.9.9"], "198.51.100.7"),
            (&["1.1.1.1", "198.51.100.7", "10.9.9.9"], "198.51.100.7"),
            (&["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
            (&["198.51.100.7:4711"], "198.51.100.7"),
            (&["[2001:db8::1]:4711"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["::ffff:198.51.100.7"], "198.51.100.7"),
        ] {
            assert_eq!(client("10.0.0.0/8", "10.0.0.1", forwarded), found, "{forwarded:?}");
        }
    }

    #[test]
    fn what_no_proxy_writes_ends_the_search_at_the_proxy_before_it() {
        for (forwarded, found) in [
            (&[][..], "10.0.0.1"),
            (&[""], "10.0.0.1"),
            (&["unknown"], "10.0.0.1"),
            (&["198.51.100.7, unknown, 10.9.9.9"], "10.9.9.9"),
            (&["198.51.100.7,"], "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.0/8", "10.0.0.1", forwarded), found, "{forwarded:?}");
        }
    }

    #[test]
    fn networks_are_those_of_both_families() {
        let trusts =
            |list: &str, address: &str| list.parse::<TrustedProxies>().unwrap().trusts(address.parse().unwrap());
        assert!(trusts("127.0.0.1", "127.0.0.1") && !trusts("127.0.0.1", "127.0.0.2"));
        assert!(trusts("127.0.0.1", "::ffff:127.0.0.1"));
        assert!(trusts("10.0.0.0/8 , 2001:db8::/32", "2001:db8:1::9") && !trusts("2001:db8::/32", "2001:db9::"));
        assert!(trusts("0.0.0.0/0", "203.0.113.9") && !trusts("0.0.0.0/0", "2001:db8::1"));
        assert!(trusts("::/0", "203.0.113.9"));
        for wrong in ["10.0.0.0/33", "10.0.0/8", "x", "10.0.0.1/", "::/129", "10.0.0.1 10.0.0.2"] {
            assert!(wrong.parse::<TrustedProxies>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn of_ipv6_the_network_counts() {
        let subscriber = |address: &str| Origin::new(address.parse().unwrap()).subscriber().address().to_string();
        assert_eq!(subscriber("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(subscriber("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(subscriber("192.0.2.1"), "192.0.2.1");
    }

    proptest! {
        #[test]
        fn whatever_a_client_writes_the_proxy_s_own_entry_counts(written in "[ -~]{0,60}") {
            prop_assert_eq!(client("10.0.0.1", "10.0.0.1", &[&format!("{written}, 198.51.100.7")]), "198.51.100.7");
        }
    }
}
