//! Which addresses may be called, when somebody else writes them down: a feed to read, a webhook to send to.
//!
//! Without this a stranger's address makes the service ask what only the service can reach: the database beside it, the
//! cloud's metadata at 169.254.169.254 (server-side request forgery, OWASP A10:2021). A name proves nothing, since
//! whoever owns it lets it point anywhere, and somewhere else a second later. So the rule is asked where the name becomes
//! an address, and only the addresses that passed are connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Which addresses may be called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Those of the public network.
    #[default]
    Public,
    /// All: for a network in which nobody outside writes addresses down, and for tests.
    Anywhere,
}

/// Why an address is not called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutOfReach {
    /// Another scheme than http and https.
    #[error("it is neither http nor https")]
    Scheme,
    /// An address that is no public one.
    #[error("it leads to {0}, which is no address of the public network")]
    Private(IpAddr),
    /// A name that nobody knows.
    #[error("nobody knows the name {0}")]
    Unknown(String),
}

impl Reach {
    /// Whether this address may be asked for, as far as that can be seen before its name is looked up. It is asked again
    /// for each redirect.
    ///
    /// # Errors
    /// When it may not.
    pub fn check(self, url: &Url) -> Result<(), OutOfReach> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutOfReach::Scheme);
        }
        match ip_of(url) {
            Some(ip) if !self.allows(ip) => Err(OutOfReach::Private(ip)),
            _ => Ok(()),
        }
    }

    /// Whether this address may be connected to.
    pub fn allows(self, ip: IpAddr) -> bool {
        self == Self::Anywhere || is_public(ip)
    }

    /// The addresses of a name that may be connected to.
    ///
    /// # Errors
    /// When there is none.
    async fn look_up(self, name: &str) -> Result<Vec<SocketAddr>, OutOfReach> {
        let unknown = || OutOfReach::Unknown(name.to_owned());
        let found: Vec<_> = tokio::net::lookup_host((name, 0)).await.map_err(|_| unknown())?.collect();
        let first = found.first().map(SocketAddr::ip).ok_or_else(unknown)?;
        let allowed: Vec<_> = found.into_iter().filter(|address| self.allows(address.ip())).collect();
        if allowed.is_empty() { Err(OutOfReach::Private(first)) } else { Ok(allowed) }
    }

    /// For [`reqwest::ClientBuilder::dns_resolver`]. The client must follow no redirect by itself and use no proxy: a
    /// number in a redirect is never looked up, and a proxy looks up by itself.
    pub fn resolver(self) -> Arc<impl Resolve> {
        Arc::new(Resolver(self))
    }
}

struct Resolver(Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let addresses: Addrs = Box::new(reach.look_up(name.as_str()).await?.into_iter());
            Ok(addresses)
        })
    }
}

/// The host of a URL, when it is a number and not a name.
pub fn ip_of(url: &Url) -> Option<IpAddr> {
    // the parser has brought 0x7f.1 and 2130706433 into the usual form already
    let host = url.host_str()?;
    IpAddr::from_str(host.trim_start_matches('[').trim_end_matches(']')).ok()
}

/// Whether an address is one of the public network, by IANA's registries of special-purpose addresses (RFC 6890).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = a == 192 && b == 0 && c == 0;
    let relay = a == 192 && b == 88 && c == 99;
    let benchmarks = a == 198 && (18..20).contains(&b);
    // 224.0.0.0/4 is multicast, and what lies above is reserved
    !(a == 0 || a >= 224 || shared || protocols || relay || benchmarks)
        && !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(inner) = ip.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let [first, second, third, fourth, _, _, seventh, eighth] = ip.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match first {
        // the way from IPv6 to IPv4 (RFC 6052)
        0x64 if second == 0xff9b && third == 0 && fourth == 0 => is_public_v4(v4(seventh, eighth)),
        // protocols, Teredo, documentation
        0x2001 => second >= 0x200 && second != 0xdb8,
        // 6to4: an address of IPv4 is in it
        0x2002 => is_public_v4(v4(second, third)),
        0x3fff => second >= 0x1000,
        // all that has been given out
        _ => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_public_is_refused_in_whatever_way_it_is_written() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1:8080/",
            "http://0.0.0.0/",
            "http://10.1.2.3/",
            "http://100.64.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://172.31.255.255/",
            "http://192.168.1.1/",
            "http://192.0.0.1/",
            "http://198.19.0.1/",
            "http://203.0.113.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[::]/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001:db8::1]/",
            "http://[2001::1]/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://[ff02::1]/",
            "ftp://192.0.43.8/",
            "file:///etc/passwd",
        ] {
            let url: Url = url.parse().unwrap();
            assert!(Reach::Public.check(&url).is_err(), "{url}");
        }
    }

    #[test]
    fn what_is_public_may_be_called() {
        for url in ["http://192.0.43.8/", "https://[2600::1]/", "http://[64:ff9b::c000:2b08]/", "http://172.32.0.1/"] {
            assert_eq!(Reach::Public.check(&url.parse().unwrap()), Ok(()), "{url}");
        }
        assert_eq!(Reach::Public.check(&"http://example.org/".parse().unwrap()), Ok(()), "a name is looked up later");
        assert_eq!(Reach::Anywhere.check(&"http://127.0.0.1/".parse().unwrap()), Ok(()));
    }

    #[tokio::test]
    async fn a_name_is_refused_for_what_it_leads_to() {
        let refused = Reach::Public.look_up("localhost").await.unwrap_err();
        assert!(matches!(refused, OutOfReach::Private(ip) if ip.is_loopback()), "{refused}");
        assert!(!Reach::Anywhere.look_up("localhost").await.unwrap().is_empty());
    }
}
