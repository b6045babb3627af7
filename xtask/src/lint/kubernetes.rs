//! The manifests in `deploy/kubernetes`, as far as they can be judged without a cluster: each overlay is rendered, held
//! against the schemas of Kubernetes, and against what this repository knows of its services.
//!
//! Read in this order: [`manifest`] (what is rendered), [`facts`] (what it is compared with), then the rules: [`pods`],
//! [`services`], [`settings`], [`network`].

mod facts;
mod manifest;
mod network;
mod pods;
mod services;
mod settings;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use self::facts::Facts;
use self::manifest::Manifest;
use super::programs::Programs;
use crate::command::CommandExt;
use crate::workspace;

/// Where the overlays lie: a folder for each.
const OVERLAYS: &str = "deploy/kubernetes/overlays";

/// Custom kinds, whose schemas are known to the clusters that have them and to nobody here.
const CUSTOM: [&str; 1] = ["monitoring.coreos.com/v1"];

/// What is wrong, a line for each finding.
type Findings = Vec<String>;

/// Check every overlay.
///
/// # Errors
/// When one cannot be rendered, or breaks a rule: the message names all that is wrong.
pub fn check(programs: &Programs) -> Result<()> {
    let facts = Facts::read()?;
    let folder = tempfile::tempdir()?;
    let (mut findings, mut files) = (Findings::new(), Vec::new());
    for overlay in overlays()? {
        let name = overlay.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let rendered = programs.kubernetes("kubectl").arg("kustomize").arg(&overlay).read()?;
        let manifests = manifest::all(&rendered).with_context(|| format!("cannot read what {name} renders to"))?;
        findings.extend(broken(&manifests, &facts).into_iter().map(|finding| format!("{name}: {finding}")));
        // JSON is YAML; a file for each overlay, and one process for all
        let known: Vec<String> =
            manifests.iter().filter(|it| !CUSTOM.contains(&it.version())).map(ToString::to_string).collect();
        let file = folder.path().join(format!("{name}.yaml"));
        std::fs::write(&file, known.join("\n---\n"))?;
        files.push(file);
    }
    ensure!(!files.is_empty(), "there is no overlay in {OVERLAYS}");
    findings.extend(outside_the_schemas(programs.kubernetes("kubernetes-validate"), &files)?);
    if findings.is_empty() { Ok(()) } else { bail!("{}", findings.join("\n")) }
}

fn overlays() -> Result<Vec<PathBuf>> {
    let folder = workspace::root().join(OVERLAYS);
    let mut overlays = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        overlays.push(entry?.path());
    }
    overlays.sort();
    Ok(overlays)
}

/// What the schemas of Kubernetes do not allow. The program says it on either stream, and ends with 1.
fn outside_the_schemas(mut validate: Command, files: &[PathBuf]) -> Result<Findings> {
    let output = validate.args(["--strict", "--quiet"]).args(files).output().context("cannot start the validator")?;
    if output.status.success() {
        return Ok(Findings::new());
    }
    let said = [output.stdout, output.stderr].concat();
    Ok(vec![String::from_utf8_lossy(&said).trim_end().to_owned()])
}

/// Every rule of ours, on what one overlay renders to.
fn broken(manifests: &[Manifest], facts: &Facts) -> Findings {
    [
        pods::broken(manifests, facts),
        services::broken(manifests, facts),
        settings::broken(manifests, facts),
        network::broken(manifests),
    ]
    .concat()
}

#[cfg(test)]
mod tests;
