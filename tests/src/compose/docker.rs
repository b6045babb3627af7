//! Docker's own commands, the same that a person would type.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// What Compose marks everything of a project with.
const PROJECT: &str = "com.docker.compose.project";

/// Run Docker to a good end. Gives back what it wrote to standard output.
pub(super) fn docker(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "`docker {}` failed:\n{}", arguments.join(" "), said(&output));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// `healthy running`, `starting running`, `healthy exited` …
pub(super) fn health(container: &str) -> String {
    docker(&["inspect", "--format={{.State.Health.Status}} {{.State.Status}}", container])
}

pub(super) fn inspect(container: &str) -> Value {
    let said: Value = serde_json::from_str(&docker(&["inspect", container])).expect("Docker speaks JSON");
    said[0].clone()
}

pub(super) fn logs(container: &str) -> String {
    said(&run(&["logs", "--tail=40", container]))
}

/// What there is of a project: `container …`, `network …`, `volume …`.
pub(super) fn left_of(project: &str) -> Vec<String> {
    let mut left = Vec::new();
    for kind in ["container", "network", "volume"] {
        let all: &[&str] = if kind == "container" { &["--all"] } else { &[] };
        let ours = format!("--filter=label={PROJECT}={project}");
        let listed = docker(&[&[kind, "ls", "--quiet", &ours], all].concat());
        left.extend(listed.lines().map(|name| format!("{kind} {name}")));
    }
    left
}

/// The projects whose names begin so.
pub(super) fn projects(prefix: &str) -> Vec<String> {
    let format = format!("--format={{{{.Label {PROJECT:?}}}}}");
    let mut found: Vec<String> = ["container", "volume", "network"]
        .iter()
        .flat_map(|kind| {
            let all: &[&str] = if *kind == "container" { &["--all"] } else { &[] };
            let listed = docker(&[&[*kind, "ls", "--filter", &format!("label={PROJECT}"), &format], all].concat());
            listed.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .filter(|project| project.starts_with(prefix))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Remove everything of a project that nobody looks after any more.
pub(super) fn remove(project: &str) {
    for left in left_of(project) {
        if let Some((kind, name)) = left.split_once(' ') {
            let force: &[&str] = if kind == "network" { &[] } else { &["--force"] };
            // another test may do the same at the same time
            run(&[&[kind, "rm"], force, &[name]].concat());
        }
    }
}

/// `docker compose`, wherever it is: the client's plugin, or the program that `cargo xtask images` unpacks.
pub(super) fn compose() -> Command {
    if run(&["compose", "version"]).status.success() {
        let mut compose = Command::new(client());
        compose.arg("compose");
        return compose;
    }
    let unpacked: PathBuf = Path::new(testbed::containers::owner())
        .join("target/tools/compose/usr/libexec/docker/cli-plugins/docker-compose");
    assert!(unpacked.is_file(), "Docker Compose 2 is missing: `cargo xtask images` sets up what these tests need");
    Command::new(unpacked)
}

fn run(arguments: &[&str]) -> Output {
    Command::new(client()).args(arguments).output().expect("Docker is there: `cargo xtask images` sets it up")
}

fn client() -> OsString {
    setting("DOCKER").unwrap_or_else(|| "docker".into())
}

/// What both streams say, standard error first.
pub(super) fn said(output: &Output) -> String {
    [&output.stderr, &output.stdout].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

pub(super) fn setting(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
