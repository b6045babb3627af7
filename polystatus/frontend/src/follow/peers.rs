//! The peers, as they are called.

use std::time::Duration;

use chassis::client::{Limits, Peer, PeerAddressError};
use chassis::service::Foundation;

use crate::known::Source;
use crate::settings::Settings;

/// The largest answer that is taken, in bytes: fifty incidents with many long updates have one million.
const LARGEST: usize = 4 * 1024 * 1024;

/// The peers, each several times, with a circuit breaker for each use: one that takes no more streams may well answer, and
/// one whose lists are broken may well take a report.
#[derive(Debug, Clone)]
pub struct Peers {
    asked: [Peer; 4],
    listened_to: [Peer; 3],
    /// Where the forms of readers go: reports.
    pub reports: Peer,
    /// Where the forms of readers go: subscriptions.
    pub subscriptions: Peer,
    /// What is asked for those who are signed in, with their own rights.
    pub signed_in: SignedInPeers,
}

/// The peers of those who are signed in: each call has the access token of who makes it.
#[derive(Debug, Clone)]
pub struct SignedInPeers {
    /// Accounts and logins.
    pub users: Peer,
    /// Incidents and the catalogue of services.
    pub incidents: Peer,
    /// What the public is told.
    pub communications: Peer,
    /// Flags.
    pub flags: Peer,
}

impl Peers {
    /// Those that the settings name.
    ///
    /// # Errors
    /// When an address is none.
    pub fn of(settings: &Settings, foundation: &Foundation) -> Result<Self, PeerAddressError> {
        let asked = Limits { body: LARGEST, attempts: 2, open_for: Duration::from_secs(2), ..Limits::default() };
        let peer = |name: &'static str, url: &str, limits: Limits| {
            let peer = Peer::builder(name, url).limits(limits).ids(foundation.ids.clone()).build()?;
            foundation.metrics.watch(&peer);
            Ok::<_, PeerAddressError>(peer)
        };
        Ok(Self {
            asked: [
                peer("communications", &settings.communications_url, asked.clone())?,
                peer("incidents", &settings.incidents_url, asked.clone())?,
                peer("csp", &settings.csp_url, asked.clone())?,
                peer("inventory", &settings.inventory_url, asked)?,
            ],
            listened_to: [
                peer("communications-stream", &settings.communications_url, Limits::default())?,
                peer("incidents-stream", &settings.incidents_url, Limits::default())?,
                peer("csp-stream", &settings.csp_url, Limits::default())?,
            ],
            reports: peer("incidents-forms", &settings.incidents_url, Limits::default())?,
            subscriptions: peer("communications-forms", &settings.communications_url, Limits::default())?,
            signed_in: SignedInPeers {
                users: peer("users", &settings.users_url, at_leisure())?,
                incidents: peer("incidents-signed-in", &settings.incidents_url, at_leisure())?,
                communications: peer("communications-signed-in", &settings.communications_url, at_leisure())?,
                flags: peer("flags", &settings.flags_url, at_leisure())?,
            },
        })
    }

    /// The one that is asked in the background.
    pub fn asked(&self, source: Source) -> &Peer {
        &self.asked[source as usize]
    }

    /// The one whose stream is listened to; the inventory has none.
    pub fn listened_to(&self, source: Source) -> Option<&Peer> {
        self.listened_to.get(source as usize)
    }
}

/// For what somebody waits for who has pressed a button: passwords are slow on purpose, and wait for one another. A peer that is
/// back is tried again soon.
fn at_leisure() -> Limits {
    let (attempt, total) = (Duration::from_secs(4), Duration::from_secs(6));
    Limits { body: LARGEST, attempt, total, open_for: Duration::from_secs(2), ..Limits::default() }
}
