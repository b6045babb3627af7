//! How fast feeds are read.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command::{CommandExt, command};
use crate::workspace;

/// A feed, and how fast it was read.
#[derive(Deserialize)]
pub struct Feed {
    /// Its file.
    pub name: String,
    /// How it is written.
    pub format: String,
    /// How large it is.
    pub bytes: u64,
    /// Megabytes in a second.
    pub megabytes: f64,
}

/// Read each feed a thousand times.
///
/// # Errors
/// When the program does not build, or cannot read one of them.
pub fn measure(folder: Option<&Path>) -> Result<Vec<Feed>> {
    println!("  building the readers in the release profile");
    let build = ["build", "--release", "--quiet", "-p", "polystatus-csp", "--example", "read-feeds"];
    command("cargo").args(build).run()?;
    let ours = workspace::root().join("polystatus/csp/tests/feeds/payloads");
    let mut call = command(workspace::target().join("release/examples/read-feeds"));
    let printed = call.args(["--figures", "--repeat", "1000"]).arg(folder.unwrap_or(&ours)).read()?;
    serde_json::from_str(&printed).with_context(|| format!("read-feeds printed something else:\n{printed}"))
}
