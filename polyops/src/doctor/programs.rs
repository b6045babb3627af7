//! Programs that builds, images and tests need.

use futures_util::future::join_all;

use super::Finding;
use super::program::{Answer, ask};

/// The oldest compiler that builds this workspace: `rust-version` in its manifest.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Names under which Chromium is installed.
const BROWSERS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chromium-headless-shell"];

/// What there is of them.
pub async fn look() -> Vec<Finding> {
    let (rust, docker, chromium) = tokio::join!(ask("rustc", &["--version"]), docker(), chromium());
    let mut findings = vec![rust_of(&rust)];
    findings.extend(docker);
    findings.push(chromium);
    findings
}

fn rust_of(answer: &Answer) -> Finding {
    let remedy = || format!("install Rust {RUST} or newer from https://rustup.rs");
    match answer {
        Answer::Missing => Finding::warn("rust", "no rustc in PATH", remedy()),
        Answer::Refused(reason) => Finding::warn("rust", format!("rustc does not run: {reason}"), remedy()),
        Answer::Said(said) => {
            let version = said.split(' ').nth(1).unwrap_or_default();
            if numbers(version) >= numbers(RUST) {
                return Finding::ok("rust", version);
            }
            Finding::warn(
                "rust",
                format!("{version} is older than {RUST}"),
                "run `rustup update`, or see https://rustup.rs",
            )
        }
    }
}

/// Major and minor number of a version such as `1.95.0` or `1.97.0-nightly`.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

async fn docker() -> Vec<Finding> {
    let (daemon, plugin, alone, buildx) = tokio::join!(
        ask("docker", &["version", "--format", "{{.Server.Version}}"]),
        ask("docker", &["compose", "version"]),
        ask("docker-compose", &["--version"]),
        ask("docker", &["buildx", "version"]),
    );
    if daemon == Answer::Missing {
        let remedy = "install the package docker.io: images, and tests on Redis and RabbitMQ, need it";
        return vec![Finding::warn("docker", "no docker in PATH", remedy)];
    }
    vec![daemon_of(&daemon), compose_of(&plugin, &alone), buildx_of(&buildx)]
}

fn daemon_of(answer: &Answer) -> Finding {
    match answer {
        Answer::Said(version) => Finding::ok("docker", format!("daemon {version}")),
        Answer::Refused(reason) if reason.contains("permission denied") => {
            let remedy = "`sudo usermod -aG docker $USER`, then log in again";
            Finding::warn("docker", "its daemon does not let you in", remedy)
        }
        Answer::Refused(reason) => {
            Finding::warn("docker", format!("its daemon does not answer: {reason}"), "`sudo systemctl start docker`")
        }
        Answer::Missing => Finding::warn("docker", "no docker in PATH", "install the package docker.io"),
    }
}

/// As a plugin of the client, or as the program of its own that it was at first.
fn compose_of(plugin: &Answer, alone: &Answer) -> Finding {
    if let Some(version) = plugin.line().or(alone.line()) {
        return Finding::ok("docker compose", version);
    }
    let remedy = "install the package docker-compose-plugin (of docker.com), docker-compose-v2 or docker-compose";
    Finding::warn("docker compose", "is not there", remedy)
}

fn buildx_of(answer: &Answer) -> Finding {
    if let Some(version) = answer.line() {
        return Finding::ok("docker buildx", version);
    }
    let remedy =
        "install the package docker-buildx-plugin or docker-buildx; up to Docker 20.10, DOCKER_BUILDKIT=1 does as well";
    Finding::warn("docker buildx", "is not there", remedy)
}

async fn chromium() -> Finding {
    let answers = join_all(BROWSERS.iter().map(|name| ask(name, &["--version"]))).await;
    match answers.iter().find_map(Answer::line) {
        Some(version) => Finding::ok("chromium", version),
        None => {
            Finding::warn("chromium", "is not in PATH", "install the package chromium: the tests in a browser need it")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn a_compiler_is_compared_by_its_numbers() {
        let said = |version: &str| rust_of(&Answer::Said(format!("rustc {version} (abc 2026-01-01)"))).state;
        assert_eq!(said("1.95.0"), State::Ok);
        assert_eq!(said("2.0.0-nightly"), State::Ok);
        assert_eq!(said("1.100.0"), State::Ok);
        assert_eq!(said("1.63.0"), State::Warn);
        assert_eq!(rust_of(&Answer::Missing).state, State::Warn);
    }
}
