//! The whole system, as `compose.yaml` starts it: brought up by a test on ports of its own, gone with its value.
//!
//! ```no_run
//! use tests::compose::{Compose, Service};
//!
//! let system = Compose::up();                                  // every service is healthy
//! let page = system.https("/").call();                         // the status page, by the proxy's own authority
//! let url = system.url(Service::Incidents, "/api/v1/incidents"); // a service at its own port, http://127.0.0.1:…
//! let token = system.token(Service::Incidents);                // its API token
//! let (email, password) = system.admin();                      // the first admin
//! system.kill("redis");                                        // SIGKILL; nothing starts it again
//! system.start("redis");                                       // and wait until it is healthy
//! system.restart("polystatus-csp");                            // both at once
//! system.logs("polystatus-users");
//! ```
//!
//! [`Compose::up_with`] takes an override file, for what a test needs besides: settings, and the way to servers that it
//! runs itself. Such a server listens on [`host_address`], and containers call it `host.docker.internal`:
//!
//! ```no_run
//! # use tests::compose::{Compose, host_address};
//! let mailbox = std::net::TcpListener::bind((host_address(), 0)).unwrap();
//! let port = mailbox.local_addr().unwrap().port();
//! let system = Compose::up_with(&format!("
//! services:
//!   polystatus-communications:
//!     extra_hosts: ['host.docker.internal:host-gateway']
//!     environment:
//!       SMTP_URL: smtp://host.docker.internal:{port}
//!       WEBHOOKS_TO_PRIVATE: 'true'
//! "));
//! ```
//!
//! It takes the images `polyops/…` that `cargo xtask images` built, of the tag in `POLYOPS_IMAGE_TAG`, and builds none.

mod docker;
mod https;
mod project;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use testbed::wait;
use ureq::{Agent, RequestBuilder};

use self::project::Project;

/// How long all of it may take to become healthy: half a minute on a machine that has nothing else to do.
const START_LIMIT: Duration = Duration::from_mins(5);
/// How long one of them may take. `wait` counts looks, and here each of them asks Docker, which takes some ten times as long
/// as the pause between two: minutes in truth.
const ONE_LIMIT: Duration = Duration::from_secs(10);

/// A service of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The server inventory.
    Inventory,
    /// Accounts and logins.
    Users,
    /// Incidents.
    Incidents,
    /// What the public is told.
    Communications,
    /// The cloud providers.
    Csp,
    /// Feature flags.
    Flags,
    /// The status page.
    Frontend,
    /// The documents.
    Documents,
    /// Who is told of documents.
    Notifications,
    /// The copies of documents.
    Backup,
    /// What adds products.
    AddProduct,
    /// What lists products.
    ReadProduct,
    /// The pages of the catalogue.
    DisplayProduct,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Inventory,
        Self::Users,
        Self::Incidents,
        Self::Communications,
        Self::Csp,
        Self::Flags,
        Self::Frontend,
        Self::Documents,
        Self::Notifications,
        Self::Backup,
        Self::AddProduct,
        Self::ReadProduct,
        Self::DisplayProduct,
    ];

    /// What `compose.yaml` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inventory => "inventory-api",
            Self::Users => "polystatus-users",
            Self::Incidents => "polystatus-incidents",
            Self::Communications => "polystatus-communications",
            Self::Csp => "polystatus-csp",
            Self::Flags => "polystatus-flags",
            Self::Frontend => "polystatus-frontend",
            Self::Documents => "documents-api",
            Self::Notifications => "documents-notifications",
            Self::Backup => "documents-backup",
            Self::AddProduct => "add-product",
            Self::ReadProduct => "read-product",
            Self::DisplayProduct => "display-product",
        }
    }

    /// The word that its secrets and its address begin with.
    pub fn short_name(self) -> &'static str {
        match self {
            Self::Inventory => "inventory",
            Self::Documents => "documents",
            Self::AddProduct | Self::ReadProduct | Self::DisplayProduct => self.name(),
            other => other.name().split_once('-').map_or(other.name(), |(_, name)| name),
        }
    }

    /// The variable that sets its port on this machine.
    fn port_variable(self) -> String {
        format!("{}_PORT", self.name().to_uppercase().replace('-', "_"))
    }
}

/// A system that runs. All of it is removed with this value: containers, networks and volumes.
#[derive(Debug)]
pub struct Compose {
    project: Project,
    secrets: Vec<(String, String)>,
    browser: Agent,
    _folder: TempDir,
}

impl Compose {
    /// Bring it up, and wait until every service is healthy.
    ///
    /// # Panics
    /// When an image is missing, or a service does not become healthy: with the end of its log.
    pub fn up() -> Self {
        Self::up_with("")
    }

    /// As [`up`](Self::up), with this text as an override file beside `compose.yaml`.
    ///
    /// # Panics
    /// As [`up`](Self::up).
    pub fn up_with(override_file: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut files = vec![PathBuf::from(testbed::containers::owner()).join("compose.yaml")];
        if !override_file.trim().is_empty() {
            let file = folder.path().join("override.yaml");
            std::fs::write(&file, override_file).expect("a temporary file can be written");
            files.push(file);
        }
        let project = Project::up(&files, START_LIMIT);
        let secrets = project.compose(&["run", "--rm", "--no-deps", "-T", "secrets", "show"]);
        let secrets = secrets.lines().filter_map(|line| line.split_once(' '));
        let secrets = secrets.map(|(name, secret)| (name.to_owned(), secret.trim().to_owned())).collect();
        let authority = project.read("caddy", "/data/caddy/pki/authorities/local/root.crt");
        Self { browser: https::browser(&authority), project, secrets, _folder: folder }
    }

    /// A GET of a path of the status page, through the proxy by HTTPS, whose certificate is checked.
    pub fn https(&self, path: &str) -> RequestBuilder<ureq::typestate::WithoutBody> {
        self.browser.get(format!("{}{path}", self.origin()))
    }

    /// What calls the proxy by HTTPS: it trusts its authority and nobody else, and takes every name for this machine.
    pub fn browser(&self) -> &Agent {
        &self.browser
    }

    /// Where people reach the status page, `https://localhost:…`: the service's `PUBLIC_URL`.
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.project.port("HTTPS_PORT"))
    }

    /// Where people reach a service's API by HTTPS, `https://inventory.localhost:…`, for [`browser`](Self::browser).
    pub fn public_url(&self, service: Service, path: &str) -> String {
        let port = self.project.port("HTTPS_PORT");
        match service {
            Service::Frontend => format!("https://localhost:{port}{path}"),
            other => format!("https://{}.localhost:{port}{path}", other.short_name()),
        }
    }

    /// Where programs of this machine reach a service, `http://127.0.0.1:…`.
    pub fn url(&self, service: Service, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.project.port(&service.port_variable()))
    }

    /// The port of this machine that leads to the proxy's port for plain HTTP, which sends everybody to HTTPS.
    pub fn http_port(&self) -> u16 {
        self.project.port("HTTP_PORT")
    }

    /// The API token of a service, which may do everything there.
    ///
    /// # Panics
    /// When it has none.
    pub fn token(&self, service: Service) -> &str {
        self.secret(service.short_name())
    }

    /// The first admin's e-mail address and password.
    pub fn admin(&self) -> (&'static str, &str) {
        ("admin@localhost", self.secret("admin"))
    }

    fn secret(&self, name: &str) -> &str {
        let found = self.secrets.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("`secrets show` does not know {name}")).1
    }

    /// Every secret that a person may read.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(|(_, secret)| secret.as_str())
    }

    /// Kill a container as a crash or a power cut does (SIGKILL). Nothing starts it again.
    pub fn kill(&self, service: &str) {
        docker::docker(&["kill", "--signal=KILL", &self.container(service)]);
    }

    /// Stop a container, as an administrator does. Nothing starts it again.
    pub fn stop(&self, service: &str) {
        docker::docker(&["stop", &self.container(service)]);
    }

    /// Start a container that was killed or stopped, and wait until it is healthy.
    pub fn start(&self, service: &str) {
        docker::docker(&["start", &self.container(service)]);
        self.wait_until_healthy(service);
    }

    /// Kill a container, start it again, and wait until it is healthy.
    pub fn restart(&self, service: &str) {
        self.kill(service);
        self.start(service);
    }

    /// Wait until the health check of a service passes.
    ///
    /// # Panics
    /// When it does not within three minutes: with the end of its log.
    pub fn wait_until_healthy(&self, service: &str) {
        let container = self.container(service);
        let end = wait::until(&format!("{service} to become healthy"), ONE_LIMIT, || {
            match docker::health(&container).as_str() {
                "healthy running" => Some(true),
                // it may have missed a question, or wait for its next start: until the limit
                state if state.ends_with(" running") || state.ends_with(" restarting") => None,
                _ => Some(false),
            }
        });
        assert!(end, "{service} is {}:\n{}", docker::health(&container), self.logs(service));
    }

    /// The id of a service's container.
    ///
    /// # Panics
    /// When it has none.
    pub fn container(&self, service: &str) -> String {
        self.project.container(service)
    }

    /// The services that have a container, as `compose.yaml` calls them.
    pub fn services(&self) -> Vec<String> {
        self.project.services()
    }

    /// The end of a service's log.
    pub fn logs(&self, service: &str) -> String {
        docker::logs(&self.container(service))
    }

    /// What Docker says of a service's container (`docker inspect`).
    pub fn inspect(&self, service: &str) -> serde_json::Value {
        docker::inspect(&self.container(service))
    }

    /// The name of the project, with which the names of containers, networks and volumes begin.
    pub fn project(&self) -> &str {
        self.project.name()
    }

    /// Run `docker compose` on this project, to a good end. Gives back what it wrote to standard output.
    ///
    /// # Panics
    /// When it fails.
    pub fn compose(&self, arguments: &[&str]) -> String {
        self.project.compose(arguments)
    }

    /// Run `docker compose` on this project.
    ///
    /// # Errors
    /// What it said, when it failed.
    pub fn try_compose(&self, arguments: &[&str]) -> Result<String, String> {
        self.project.try_compose(arguments)
    }

    /// Remove all of it, and say what is left: nothing, if all is well.
    pub fn down(&self) -> Vec<String> {
        self.project.down();
        docker::left_of(self.project.name())
    }
}

/// The address of this machine that containers reach as `host.docker.internal`, and nobody outside. A server of a test
/// listens there.
///
/// # Panics
/// When Docker does not say.
pub fn host_address() -> IpAddr {
    let gateway = "--format={{(index .IPAM.Config 0).Gateway}}";
    let address = docker::docker(&["network", "inspect", gateway, "bridge"]);
    address.parse().expect("the default network of Docker has a gateway")
}

/// Run Docker with these arguments. Gives back what it wrote to standard output.
///
/// # Panics
/// When it fails.
pub fn docker(arguments: &[&str]) -> String {
    docker::docker(arguments)
}
