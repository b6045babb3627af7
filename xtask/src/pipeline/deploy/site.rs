//! What lies on the server, in one folder:
//!
//! ```text
//! releases/0c48c63a1b2c.Xk3f9Q/   one folder per deployment
//!   compose.yaml                  as it was in that commit
//!   release.env                   the digest of each image
//! current -> releases/…           the last one that passed the smoke test
//! settings.env                    the server's own settings and secrets; never touched by us
//! ```
//!
//! Going back is to start the release that `current` names. The link is made anew and renamed over the old one: at
//! any moment, whoever reads it finds a release that works.

use std::fmt::Write;

use anyhow::{Context, Result, ensure};

use super::super::release::Release;
use super::target::{Door, Target};

/// How many releases stay, `current` among them.
const KEPT: usize = 5;

/// Compose, in the folder of a release.
const OPTIONS: &str = "--env-file release.env --file compose.yaml";

/// The folder of one system on one target.
pub struct Site<'a> {
    target: &'a Target,
    folder: &'a str,
    project: &'a str,
}

/// How to read from the registry.
pub struct Credentials<'a> {
    /// The user's name.
    pub user: &'a str,
    /// The password or token.
    pub token: &'a str,
}

impl<'a> Site<'a> {
    /// The system `project` in `folder` (from the user's home) of `target`.
    ///
    /// # Errors
    /// When a name has signs that a shell would read otherwise.
    pub fn new(target: &'a Target, folder: &'a str, project: &'a str) -> Result<Self> {
        ensure!(is_plain(folder, b"./_-"), "the folder `{folder}` may hold letters, digits and ./_- only");
        ensure!(is_plain(project, b"_-"), "the project `{project}` may hold letters, digits and _- only");
        Ok(Self { target, folder, project })
    }

    /// Where it is.
    pub fn target(&self) -> &Target {
        self.target
    }

    /// The release that passed last; none on a new server.
    pub fn current(&self) -> Result<Option<String>> {
        let current =
            self.run(&format!("mkdir -p '{0}/releases' && cd '{0}' && readlink current || true", self.folder), b"")?;
        Ok(Some(current).filter(|current| !current.is_empty()))
    }

    /// Put a new release there. Gives back its folder.
    pub fn add(&self, name: &str, compose: &[u8], variables: &str) -> Result<String> {
        // two deployments of one commit are two releases: the older must stay what it was
        let release = self.inside(&format!("umask 077; mktemp -d 'releases/{name}.XXXXXX'"), b"")?;
        ensure!(is_plain(&release, b"./_-"), "the server answered `{release}` where it should name a folder");
        self.inside(&format!("cat > {release}/compose.yaml"), compose)?;
        self.inside(&format!("cat > {release}/release.env"), variables.as_bytes())?;
        Ok(release)
    }

    /// Fetch the images. The registry's token reaches the server through a pipe, and stays no longer than this takes.
    pub fn pull(&self, release: &Release, credentials: Option<&Credentials>) -> Result<()> {
        let mut script = String::new();
        let mut input = "";
        if let Some(Credentials { user, token }) = credentials {
            ensure!(is_plain(user, b"._-[]"), "`{user}` is no user of a registry");
            let registry = release.images[0].name.split('/').next().unwrap_or_default();
            // writing to a String cannot fail
            let _ = write!(
                script,
                "DOCKER_CONFIG=$(mktemp -d); export DOCKER_CONFIG; trap 'rm -rf \"$DOCKER_CONFIG\"' EXIT; \
                 docker login --username '{user}' --password-stdin '{registry}' >/dev/null 2>&1 \
                 || {{ echo 'the registry {registry} refuses REGISTRY_USER and REGISTRY_TOKEN' >&2; exit 1; }}; "
            );
            input = token;
        }
        for image in &release.images {
            let _ = write!(script, "docker pull --quiet '{image}'; ");
        }
        self.run(&script, input.as_bytes()).map(drop)
    }

    /// Start a release in place of what runs, and wait until each container says that it is healthy.
    ///
    /// The waiting is our own: with Compose 2.26, `up --wait --wait-timeout` may end with success when the time is over.
    pub fn up(&self, release: &str, seconds: u16) -> Result<()> {
        self.compose(release, "up --detach --remove-orphans")?;
        let format = "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}healthy{{end}} {{.Name}}";
        let script = format!(
            "cd '{release}'; left={seconds}; while :; do \
               states=$(docker inspect --format '{format}' $(compose {OPTIONS} --project-name {project} ps --all --quiet)); \
               waits=$(printf '%s\\n' \"$states\" | grep -v '^running healthy ' || true); \
               test -n \"$waits\" || exit 0; \
               left=$((left - 1)); \
               if test $left -le 0 || printf '%s\\n' \"$waits\" | grep -qE '^(exited|dead) | unhealthy '; \
               then printf '%s\\n' \"$waits\" >&2; exit 1; fi; \
               sleep 1; \
             done",
            project = self.project,
        );
        self.inside(&script, b"").map(drop).context("the release did not become healthy")
    }

    /// Take a release away. What it stored stays.
    pub fn down(&self, release: &str) -> Result<()> {
        self.compose(release, "down --remove-orphans").map(drop)
    }

    /// The last that its containers said.
    pub fn logs(&self, release: &str) -> Result<String> {
        self.compose(release, "logs --no-color --tail 30")
    }

    /// Whether the release holds that service.
    pub fn runs(&self, release: &str, service: &str) -> Result<bool> {
        Ok(self.compose(release, "config --services")?.lines().any(|line| line == service))
    }

    /// A way to the service, wherever the compose file put its port.
    pub fn reach(&self, release: &str, service: &str, port: u16) -> Result<Door> {
        let published = self.compose(release, &format!("port {service} {port}"))?;
        let port = published.rsplit(':').next().and_then(|port| port.parse().ok());
        self.target.reach(port.with_context(|| format!("{service} publishes no port: `{published}`"))?)
    }

    /// Remember this release as the one that works, and drop the oldest ones with their images.
    pub fn switch_to(&self, release: &str) -> Result<()> {
        self.inside(&format!("ln -sfn '{release}' current.new && mv -T current.new current"), b"")?;
        self.inside(
            &format!(
                "for old in $(ls -1dt releases/*/ | tail -n +{}); do \
                   test \"${{old%/}}\" = '{release}' && continue; \
                   images=$(sed -n 's/^[A-Z_]*_IMAGE=//p' \"$old/release.env\" || true); rm -rf \"$old\"; \
                   for image in $images; do \
                     grep -qrF \"$image\" releases || docker image rm \"$image\" >/dev/null 2>&1 || true; \
                   done; \
                 done",
                KEPT + 1
            ),
            b"",
        )
        .map(drop)
    }

    fn compose(&self, release: &str, command: &str) -> Result<String> {
        self.inside(&format!("cd '{release}'; compose {OPTIONS} --project-name {} {command}", self.project), b"")
    }

    fn inside(&self, script: &str, input: &[u8]) -> Result<String> {
        self.run(&format!("cd '{}'; {script}", self.folder), input)
    }

    fn run(&self, script: &str, input: &[u8]) -> Result<String> {
        self.target.shell(script, input)
    }
}

/// What the compose file leaves open: `INVENTORY_API_IMAGE=ghcr.io/…@sha256:…` per service, and the caller's own.
pub fn variables(release: &Release, settings: &[String]) -> Result<String> {
    let mut lines: Vec<String> = release
        .images
        .iter()
        .map(|image| format!("{}_IMAGE={image}", image.service.to_uppercase().replace('-', "_")))
        .collect();
    for setting in settings {
        let (name, value) = setting.split_once('=').with_context(|| format!("`{setting}` is not NAME=VALUE"))?;
        ensure!(is_plain(name, b"_") && is_plain(value, b"./_-:"), "`{setting}` holds signs that it may not");
        lines.push(setting.clone());
    }
    Ok(lines.join("\n") + "\n")
}

fn is_plain(text: &str, more: &[u8]) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
}
