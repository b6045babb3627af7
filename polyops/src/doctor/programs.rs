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
    let format = ["version", "--format", "{{.Server.Version}}"];
    let (client, compose, buildx) = tokio::join!(
        ask("docker", &format),
        ask("docker", &["compose", "version"]),
        ask("docker", &["buildx", "version"])
    );
    if client == Answer::Missing {
        let remedy = "install docker.io and docker-compose-plugin: images and the tests on Redis and RabbitMQ need it";
        return vec![Finding::warn("docker", "no docker in PATH", remedy)];
    }
    let daemon = match &client {
        Answer::Said(version) => Finding::ok("docker", format!("daemon {version}")),
        Answer::Refused(reason) if reason.contains("permission denied") => {
            let remedy = "`sudo usermod -aG docker $USER`, then log in again";
            Finding::warn("docker", "its daemon does not let you in", remedy)
        }
        Answer::Refused(reason) => {
            Finding::warn("docker", format!("its daemon does not answer: {reason}"), "`sudo systemctl start docker`")
        }
        Answer::Missing => Finding::ok("docker", "not asked"),
    };
    vec![
        daemon,
        plugin("docker compose", &compose, "docker-compose-plugin"),
        plugin("docker buildx", &buildx, "docker-buildx-plugin"),
    ]
}

fn plugin(check: &'static str, answer: &Answer, package: &str) -> Finding {
    match answer.line() {
        Some(version) => Finding::ok(check, version),
        None => Finding::warn(
            check,
            "is not there",
            format!(
                "install the package {package}, or docker-compose-v2 and docker-buildx as your distribution names them"
            ),
        ),
    }
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
