//! How the services find one another: where each listens, keeps its data, and asks the others.
//!
//! All of it is said in each service's own flags, the same that a container is started with. What is said here wins over
//! the environment; what is not said here, the environment may say. Two things are said here for want of anything better,
//! and the environment wins, [`YIELDING`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use crate::cli::Up;
use crate::members::{self, Member};

/// The bus that all services of this process share.
pub const BUS: &str = "in-process:polyops";

/// Flags that are left out when somebody has set the variable: under which address people reach this, and which proxies
/// stand before it, they alone know.
pub const YIELDING: [(&str, &str); 2] = [("public-url", "PUBLIC_URL"), ("trusted-proxies", "TRUSTED_PROXIES")];

/// Who neither says nor hears events.
const WITHOUT_EVENTS: [&str; 5] = ["frontend", "documents", "notifications", "backup", "display-product"];

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
    /// Which flags of [`YIELDING`] are left out.
    pub left_out: Vec<&'static str>,
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
            left_out: left_out(|variable| {
                [variable, &format!("{variable}_FILE")].iter().any(|name| std::env::var_os(name).is_some())
            }),
        }
    }

    /// Where a service is reached from this machine.
    pub fn url(&self, name: &str) -> String {
        let port = members::all().iter().find(|member| member.name == name).map_or(0, |member| member.port);
        format!("http://{}", reached_at(self.host, port + self.port_offset))
    }

    /// Where people read the status page.
    pub fn public_url(&self) -> String {
        self.url("frontend")
    }

    /// Everything that a service is told.
    pub fn flags_of(&self, member: &Member) -> Vec<String> {
        let mut flags = vec![
            flag("host", self.host),
            flag("port", member.port + self.port_offset),
            flag("workers", self.workers),
            flag("drain-seconds", self.drain_seconds),
            flag("api-token", self.token.expose_secret()),
        ];
        // the page hears of changes from the streams of the others, and the documents tell one another
        if !WITHOUT_EVENTS.contains(&member.name) {
            flags.push(flag("events-url", BUS));
        }
        // the users service knows its own keys
        if member.name != "users" {
            flags.push(flag("auth-jwks-url", format!("{}/.well-known/jwks.json", self.url("users"))));
        }
        flags.extend((member.flags)(self));
        let is_left_out = |flag: &String| self.left_out.iter().any(|name| flag.starts_with(&format!("--{name}=")));
        flags.retain(|flag| !is_left_out(flag));
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

/// The flags that are left out, when these variables are set.
fn left_out(is_set: impl Fn(&str) -> bool) -> Vec<&'static str> {
    YIELDING.into_iter().filter(|(_, variable)| is_set(variable)).map(|(name, _)| name).collect()
}

/// What the status page is told.
pub fn frontend(wiring: &Wiring) -> Vec<String> {
    vec![
        flag("store-url", wiring.file("frontend.db")),
        flag("communications-url", wiring.url("communications")),
        flag("incidents-url", wiring.url("incidents")),
        flag("csp-url", wiring.url("csp")),
        flag("inventory-url", wiring.url("inventory")),
        flag("users-url", wiring.url("users")),
        flag("flags-url", wiring.url("flags")),
        flag("public-url", wiring.public_url()),
    ]
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

/// What the documents are told.
pub fn documents(wiring: &Wiring) -> Vec<String> {
    vec![
        flag("database-url", wiring.file("documents.db")),
        flag("content-folder", wiring.data.join("documents").display()),
        flag("notifications-url", wiring.url("notifications")),
        flag("notifications-token", wiring.token.expose_secret()),
    ]
}

/// What the notifications are told.
pub fn notifications(wiring: &Wiring) -> Vec<String> {
    vec![flag("documents-url", wiring.url("documents"))]
}

/// What the backup is told.
pub fn backup(wiring: &Wiring) -> Vec<String> {
    vec![
        flag("documents-url", wiring.url("documents")),
        flag("documents-token", wiring.token.expose_secret()),
        flag("notifications-url", wiring.url("notifications")),
        flag("notifications-token", wiring.token.expose_secret()),
        flag("backup-folder", wiring.data.join("backup").display()),
        // POLL_SECONDS in the environment belongs to csp, where 0 means never
        flag("poll-seconds", 30),
    ]
}

/// What adds products and what lists them are told: one table.
pub fn products(wiring: &Wiring) -> Vec<String> {
    vec![flag("database-url", wiring.file("products.db"))]
}

/// What the pages of the catalogue are told. Their form asks for a token: a page of the local network is no reason to let
/// everybody write.
pub fn display_product(wiring: &Wiring) -> Vec<String> {
    vec![
        flag("read-url", wiring.url("read-product")),
        flag("add-url", wiring.url("add-product")),
        flag("open-form", false),
    ]
}

/// The status page runs on this machine, and says for whom it asks.
fn believe_this_machine() -> String {
    flag("trusted-proxies", "127.0.0.1,::1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, set: &[&str]) -> Vec<String> {
        let wiring = Wiring {
            host: Ipv4Addr::LOCALHOST.into(),
            port_offset: 1000,
            data: "data".into(),
            token: "secret".to_owned().into(),
            workers: 1,
            drain_seconds: 1,
            demo: false,
            left_out: left_out(|variable| set.contains(&variable)),
        };
        let member = members::all().into_iter().find(|member| member.name == name).unwrap();
        wiring.flags_of(&member)
    }

    #[test]
    fn links_in_mails_lead_to_the_status_page() {
        for name in ["frontend", "communications"] {
            let flags = told(name, &[]);
            assert!(flags.contains(&"--public-url=http://127.0.0.1:4000".to_owned()), "{flags:?}");
        }
    }

    #[test]
    fn what_somebody_has_set_about_addresses_and_proxies_wins() {
        let says = |flags: &[String], name: &str| flags.iter().any(|flag| flag.starts_with(name));
        let flags = told("communications", &[]);
        assert!(says(&flags, "--public-url=") && says(&flags, "--trusted-proxies="), "{flags:?}");
        let flags = told("communications", &["PUBLIC_URL"]);
        assert!(!says(&flags, "--public-url=") && says(&flags, "--trusted-proxies="), "{flags:?}");
        for name in ["users", "incidents", "communications"] {
            let flags = told(name, &["TRUSTED_PROXIES", "STORE_URL"]);
            assert!(!says(&flags, "--trusted-proxies=") && says(&flags, "--store-url="), "{flags:?}");
        }
    }
}
