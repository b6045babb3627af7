//! The program that calls the store.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;

use super::super::cores::Cores;
use crate::command::{CommandExt, command};
use crate::workspace;

/// `store-bench`, in the release profile.
pub struct Program {
    path: PathBuf,
    cores: Cores,
}

impl Program {
    /// Build it.
    ///
    /// # Errors
    /// When it does not build.
    pub fn build(cores: Cores) -> Result<Self> {
        println!("  building the store in the release profile");
        command("cargo").args(["build", "--release", "--quiet", "-p", "store", "--bin", "store-bench"]).run()?;
        Ok(Self { path: workspace::target().join("release/store-bench"), cores })
    }

    /// Have it do something, and read its figures.
    ///
    /// # Errors
    /// When it fails, or prints something else.
    pub fn figures<T: DeserializeOwned>(&self, url: &str, arguments: &[&str]) -> Result<T> {
        let mut call = command("taskset");
        call.args(["--cpu-list", &self.cores.load.to_string(), "setpriv", "--pdeathsig", "KILL"]);
        let printed = call.arg(&self.path).arg(url).args(arguments).read()?;
        serde_json::from_str(&printed).with_context(|| format!("store-bench printed something else:\n{printed}"))
    }
}
