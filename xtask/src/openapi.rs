//! Writes each service's `swagger.yaml` from its code. A test of each service fails when the two differ.

use anyhow::{Context, Result};

use crate::command::{CommandExt, command};
use crate::workspace;

/// Write each service's swagger.yaml from its code.
#[derive(clap::Args)]
pub struct Args {}

/// `cargo xtask openapi`
pub fn run(_: &Args) -> Result<()> {
    for service in workspace::services()? {
        let document = command("cargo").args(["run", "--quiet", "--package", &service.name, "--", "openapi"]).read()?;
        let path = service.folder.join("swagger.yaml");
        std::fs::write(&path, format!("{document}\n")).with_context(|| format!("cannot write {}", path.display()))?;
        println!("  wrote {}", path.strip_prefix(workspace::root()).unwrap_or(&path).display());
    }
    Ok(())
}
