//! The container engine: the one that runs here, or one that we install and start, and end again.

mod compose;
mod daemon;
pub(crate) mod mirror;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use self::daemon::Daemon;
use crate::command::{CommandExt, command};
use crate::{tools, workspace};

/// The label of every container that the tests start. Its value is the workspace's folder, so that two clones on one
/// machine do not end each other's. `crates/testbed` sets the same.
const TESTBED: &str = "dev.polyops.testbed";

/// A container engine that answers, and the client that talks to it.
///
/// When it goes out of scope, the daemon ends if it was this value that started it; see [`Engine::keep_running`].
#[derive(Debug)]
pub struct Engine {
    client: PathBuf,
    daemon: Option<Daemon>,
}

/// Make sure that a container engine answers, for `why` ("the tests", "the images").
///
/// One that runs is used as it is. On Debian and Ubuntu, as root, a missing one is installed and started, and each is
/// said in a line.
///
/// # Errors
/// When there is none and we cannot start one: the message says what to install.
pub fn ensure(why: &str) -> Result<Engine> {
    let client = match client() {
        Some(client) => client,
        None => install_client(why)?,
    };
    let mut engine = Engine { client, daemon: None };
    let Err(said) = engine.command().args(["version", "--format={{.Server.Version}}"]).read() else {
        return Ok(engine);
    };
    if said.to_string().contains("permission denied") {
        bail!(
            "Docker runs, but this user may not talk to it: join the group `docker` (`sudo usermod -aG docker $USER`)"
        );
    }
    if let Some(elsewhere) = std::env::var_os("DOCKER_HOST").filter(|host| !host.is_empty()) {
        bail!("no Docker engine answers at {}, which DOCKER_HOST names: start it, or unset that", elsewhere.display());
    }
    if !(tools::is_root() && tools::can_install()) {
        bail!("no Docker engine answers for {why}: {}", advice("start Docker"));
    }
    if !tools::has("dockerd") {
        tools::install(why, &["docker.io"])?;
    }
    engine.daemon = daemon::start(&engine)?;
    Ok(engine)
}

impl Engine {
    /// The client, ready for its arguments. It builds with `BuildKit`.
    pub fn command(&self) -> Command {
        let mut docker = command(&self.client);
        docker.env("DOCKER_BUILDKIT", "1");
        docker
    }

    /// Where the client lies: the setting `DOCKER` of the programs that we start.
    pub fn client(&self) -> &Path {
        &self.client
    }

    /// Docker Compose, version 2, ready for its arguments. Installed when it is missing.
    ///
    /// # Errors
    /// When it is missing and cannot be installed here: the message says what to install.
    pub fn compose(&self) -> Result<Command> {
        compose::ready(self)
    }

    /// Whether an image of that name lies here.
    pub fn has_image(&self, image: &str) -> bool {
        self.command().args(["image", "inspect", image]).succeeds()
    }

    /// Remove every container and volume that the tests of this workspace left. Gives back how many containers.
    ///
    /// The databases that many tests share outlive each test's process: nobody but the run as a whole knows the end.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub fn sweep(&self) -> Result<usize> {
        let ours = format!("--filter=label={TESTBED}={}", workspace::root().display());
        let found = self.command().args(["ps", "--all", "--quiet", &ours]).read()?;
        let found: Vec<&str> = found.lines().collect();
        if !found.is_empty() {
            self.command().args(["rm", "--force", "--volumes"]).args(&found).quiet()?;
        }
        let volumes = self.command().args(["volume", "ls", "--quiet", &ours]).read()?;
        if !volumes.is_empty() {
            self.command().args(["volume", "rm", "--force"]).args(volumes.lines()).quiet()?;
        }
        Ok(found.len())
    }

    /// Let the daemon go on after us, and say how to end it: the images that were built are worth nothing without it.
    pub fn keep_running(mut self) {
        if let Some(daemon) = self.daemon.take() {
            println!("  dockerd goes on running; `kill {}` ends it", daemon.leave());
        }
    }
}

/// The first client on the search path that can build with `BuildKit`; the setting `DOCKER` names another.
fn client() -> Option<PathBuf> {
    if let Some(set) = std::env::var_os("DOCKER").filter(|set| !set.is_empty()) {
        return Some(set.into());
    }
    let search = std::env::var_os("PATH")?;
    std::env::split_paths(&search).map(|folder| folder.join("docker")).find(|client| builds(client))
}

/// Whether this client can build with `BuildKit`: up to version 22 it is built in, later it is the plugin `buildx`.
fn builds(client: &Path) -> bool {
    if !client.is_file() {
        return false;
    }
    if command(client).args(["buildx", "version"]).succeeds() {
        return true;
    }
    // without an engine, `docker version` fails and still says the client's
    let Ok(said) = command(client).args(["--version"]).read() else { return false };
    let major = said.split(|c: char| !c.is_ascii_digit()).find_map(|number| number.parse::<u32>().ok());
    major.is_some_and(|major| major < 23)
}

fn install_client(why: &str) -> Result<PathBuf> {
    if !tools::can_install() {
        bail!("{why} need Docker: {}", advice("install Docker with its plugin buildx"));
    }
    // by the age of the system, the client is in the first of these, or in both, or wants the third
    for package in ["docker.io", "docker-cli", "docker-buildx"] {
        tools::install(why, &[package])?;
        if let Some(client) = client() {
            return Ok(client);
        }
    }
    client().context("Debian's packages hold no Docker client that builds: set DOCKER to one that has buildx")
}

fn advice(what: &str) -> String {
    format!("{what} (https://docs.docker.com/engine/install/), or leave out what needs it with --no-containers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_swept_is_what_the_testbed_marks() {
        // read, not linked: this package stays light, and the testbed is not
        let testbed = include_str!("../../crates/testbed/src/containers.rs");
        assert!(testbed.contains(&format!("LABEL: &str = {TESTBED:?};")));
    }
}
