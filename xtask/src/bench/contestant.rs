//! What is measured: a program that serves, with all that it is given.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::command::{CommandExt, command};
use crate::workspace;

/// A server that can be started; `{port}` in an argument or a variable's value is its port.
#[derive(Debug, Clone)]
pub struct Contestant {
    /// As the tables call it.
    pub name: String,
    /// The program, by path or by name.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// All of its environment, besides the search path.
    pub environment: Vec<(String, String)>,
}

/// The limit: actix with the bytes of a file for every request.
pub struct BareActix(PathBuf);

impl BareActix {
    /// With the bytes of the file `body`.
    pub fn with(&self, body: &Path) -> Contestant {
        let arguments = vec!["{port}".to_owned(), body.display().to_string()];
        Contestant { name: "bare actix".to_owned(), program: self.0.clone(), arguments, environment: vec![] }
    }
}

/// Build these services and the limit: release profile, one cargo call out of the whole workspace, so that all use the
/// very same actix, and what one benchmark built serves the next. The folder in which the services are.
///
/// # Errors
/// When they do not build.
pub fn build(services: &[&str]) -> Result<(PathBuf, BareActix)> {
    println!("  building {} and bare-actix in the release profile", services.join(", "));
    let programs = services.iter().chain(&["bare-actix"]).flat_map(|program| ["--bin", program]);
    command("cargo").args(["build", "--release", "--quiet", "--workspace"]).args(programs).run()?;
    let folder = workspace::target().join("release");
    let bare = BareActix(folder.join("bare-actix"));
    Ok((folder, bare))
}
