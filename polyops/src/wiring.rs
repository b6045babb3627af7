//! How the services find one another: where each listens, keeps its data, and asks the others.
//!
//! All of it is said in each service's own flags, the same that a container is started with. What is said here wins over
//! the environment; what is not said here, the environment may say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use crate::cli::Up;
use crate::members::{self, Member};

/// The bus that all services of this process share.
pub const BUS: &str = "in-process:polyops";

/// What is the same for all.
#[derive(Debug, Clone)]
pub struct Wiring {
    /// Where they listen.
    pub host: IpAddr,
    /// Added to each port.
    pub port_offset: u16,
    /// Where they keep what they know.
    pub data: PathBuf,
    /// The token that may do everything; it is also what the services show one another.
    pub token: SecretString,
    /// Threads per service.
    pub workers: u16,
    /// How long requests may take to end, in seconds.
    pub drain_seconds: u64,
    /// Whether things are made up.
    pub demo: bool,
}

impl Wiring {
    /// As the command line says, with this token.
    pub fn of(up: &Up, token: SecretString) -> Self {
        Self {
            host: up.selection.host,
            port_offset: up.selection.port_offset,
            data: up.data.clone(),
            token,
            workers: up.workers,
            drain_seconds: up.drain_seconds,
            demo: up.demo,
        }
    }

    /// Where a service is reached from this machine.
    pub fn url(&self, name: &str) -> String {
        let port = members::all().iter().find(|member| member.name == name).map_or(0, |member| member.port);
        format!("http://{}", reached_at(self.host, port + self.port_offset))
    }

    /// Where people read the status page: on its own service, or what communications shows of it while there is none.
    pub fn public_url(&self) -> String {
        let page = members::all().into_iter().find(|member| member.name == "frontend");
        self.url(page.map_or("communications", |page| page.name))
    }

    /// Everything that a service is told.
    pub fn flags_of(&self, member: &Member) -> Vec<String> {
        let mut flags = vec![
            flag("host", self.host),
            flag("port", member.port + self.port_offset),
            flag("workers", self.workers),
            flag("drain-seconds", self.drain_seconds),
            flag("api-token", self.token.expose_secret()),
            flag("events-url", BUS),
        ];
        // the users service knows its own keys
        if member.name != "users" {
            flags.push(flag("auth-jwks-url", format!("{}/.well-known/jwks.json", self.url("users"))));
        }
        flags.extend((member.flags)(self));
        flags
    }

    fn file(&self, name: &str) -> String {
        format!("sqlite:{}", self.data.join(name).display())
    }
}

/// Where somebody on this machine reaches what listens there.
pub fn reached_at(host: IpAddr, port: u16) -> SocketAddr {
    let host = match host {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        host => host,
    };
    SocketAddr::new(host, port)
}

fn flag(name: &str, value: impl std::fmt::Display) -> String {
    format!("--{name}={value}")
}

/// What the inventory is told.
pub fn inventory(wiring: &Wiring) -> Vec<String> {
    vec![flag("database-url", wiring.file("inventory.db"))]
}

/// What users are told.
pub fn users(wiring: &Wiring) -> Vec<String> {
    let mut flags = vec![flag("store-url", wiring.file("users.db")), believe_this_machine()];
    if wiring.demo {
        // all the people of the history come from one address
        flags.push(flag("attempts-per-minute", 600));
    }
    flags
}

/// What incidents are told.
pub fn incidents(wiring: &Wiring) -> Vec<String> {
    let mut flags = vec![
        flag("store-url", wiring.file("incidents.db")),
        flag("users-url", wiring.url("users")),
        flag("users-token", wiring.token.expose_secret()),
        flag("inventory-url", wiring.url("inventory")),
        believe_this_machine(),
    ];
    if wiring.demo {
        flags.push(flag("incidents-from-servers", true));
    }
    flags
}

/// What communications are told.
pub fn communications(wiring: &Wiring) -> Vec<String> {
    vec![
        flag("store-url", wiring.file("communications.db")),
        flag("incidents-url", wiring.url("incidents")),
        flag("public-url", wiring.public_url()),
        flag("mail-folder", wiring.data.join("mail").display()),
        believe_this_machine(),
    ]
}

/// What the service of the cloud providers is told.
pub fn csp(wiring: &Wiring) -> Vec<String> {
    vec![
        flag("store-url", wiring.file("csp.db")),
        flag("incidents-url", wiring.url("incidents")),
        flag("incidents-token", wiring.token.expose_secret()),
    ]
}

/// What flags are told.
pub fn flags(wiring: &Wiring) -> Vec<String> {
    vec![flag("store-url", wiring.file("flags.db"))]
}

/// The status page runs on this machine, and says for whom it asks.
fn believe_this_machine() -> String {
    flag("trusted-proxies", "127.0.0.1,::1")
}
