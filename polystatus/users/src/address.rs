//! What is kept of where a request came from.

use std::net::IpAddr;

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
    use super::*;

    #[test]
    fn no_more_of_an_address_is_kept_than_its_owner_needs() {
        assert_eq!(shortened("192.0.2.77".parse().unwrap()), "192.0.2.0/24");
        assert_eq!(shortened("2001:db8:1:2:3:4:5:6".parse().unwrap()), "2001:db8:1::/48");
    }
}
