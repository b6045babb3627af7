//! Where a request comes from, also behind proxies.

use std::net::IpAddr;
use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;

/// A network, as `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Whether the address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let same_start = |a: u128, b: u128, bits: u32| (a ^ b).checked_shr(bits - self.prefix).unwrap_or(0) == 0;
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => same_start(a.to_bits().into(), b.to_bits().into(), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => same_start(a.to_bits(), b.to_bits(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be addresses or networks such as 10.0.0.0/8";
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| WRONG)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), str::parse).map_err(|_| WRONG)?;
        if prefix > longest { Err(WRONG) } else { Ok(Self { address, prefix }) }
    }
}

/// Who sent the request: whoever is connected to us, or, when that is a proxy of ours, whom it names.
pub fn of_client(request: &HttpRequest, trusted: &[Network]) -> IpAddr {
    // there is none only where there is no socket, as in a unit test
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    behind_proxies(peer, request.headers(), trusted)
}

/// Each proxy adds at the right whom it was called by. So we read from the right, as far as those who wrote it are ours;
/// the first who is not is the client, and what stands to the left of it anybody can have made up.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_ours = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer;
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").filter_map(|line| line.to_str().ok()).collect();
    let mut named = lines.iter().rev().flat_map(|line| line.rsplit(','));
    while is_ours(client) {
        match named.next().and_then(|name| name.trim().parse().ok()) {
            Some(address) => client = address,
            None => break,
        }
    }
    client
}

/// As much of an address as its owner recognises it by: no more is kept of it. The third part of IPv4's four, and the
/// first three groups of IPv6's eight.
pub fn shortened(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted: Vec<Network> = ["10.0.0.0/8", "2001:db8::/32"].iter().map(|text| text.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            let name = HeaderName::from_static("x-forwarded-for");
            headers.append(name, HeaderValue::from_str(line).unwrap());
        }
        behind_proxies(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn the_rightmost_address_that_is_not_ours_is_the_client() {
        for (peer, forwarded, expected) in [
            // nobody who is not a proxy of ours says who it is
            ("192.0.2.1", vec!["198.51.100.1"], "192.0.2.1"),
            ("10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            // what the client made up stands at the left
            ("10.0.0.1", vec!["127.0.0.1, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", vec!["127.0.0.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", vec!["127.0.0.1", "198.51.100.1"], "198.51.100.1"),
            ("2001:db8::1", vec!["2001:db9::1"], "2001:db9::1"),
            ("::ffff:10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            // what cannot be read ends the chain
            ("10.0.0.1", vec!["198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", vec![""], "10.0.0.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec!["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ] {
            assert_eq!(client(peer, &forwarded), expected, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_network_has_a_length_that_its_addresses_can_have() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("10.0.0.1", "10.0.0.1", "10.0.0.2"),
            ("0.0.0.0/0", "1.2.3.4", "::1"),
            ("::/0", "::1", "1.2.3.4"),
            ("fd00::/8", "fd12::1", "fe00::1"),
        ] {
            let parsed: Network = network.parse().unwrap();
            assert!(
                parsed.contains(inside.parse().unwrap()) && !parsed.contains(outside.parse().unwrap()),
                "{network}"
            );
        }
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/-1", "::/129", "example.org"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_more_of_an_address_is_kept_than_its_owner_needs() {
        assert_eq!(shortened("192.0.2.77".parse().unwrap()), "192.0.2.0/24");
        assert_eq!(shortened("2001:db8:1:2:3:4:5:6".parse().unwrap()), "2001:db8:1::/48");
    }
}
