//! A client of the proxy, as a browser that was told of its authority.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

/// Longer than a service ever takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client that trusts this authority, in PEM, and nobody else. It follows no redirect, and no answer is an error.
pub(super) fn browser(authority: &[u8]) -> Agent {
    let authority = Certificate::from_pem(authority).expect("the proxy's authority is a certificate in PEM");
    let trust = TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(vec![authority]))).build();
    let config = Agent::config_builder()
        .tls_config(trust)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build();
    Agent::with_parts(config, DefaultConnector::default(), Here)
}

/// Takes every name for this machine: `inventory.localhost` is known to browsers, and to few systems.
#[derive(Debug)]
struct Here;

impl Resolver for Here {
    fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let port = uri.port_u16().ok_or(Error::HostNotFound)?;
        let mut found = self.empty();
        found.push(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        Ok(found)
    }
}
