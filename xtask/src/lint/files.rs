//! Which files there are to check: those that git has, or would take.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command::{CommandExt, command};

/// Every file of the repository, from its root.
pub struct Files(Vec<PathBuf>);

impl Files {
    /// Ask git. What it ignores is not ours: a build's leavings have their own style.
    pub fn read() -> Result<Self> {
        let listed = command("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"])
            .read()
            .context("the files to check are those that git knows: run this in a clone")?;
        // a file that was deleted and not yet committed is still listed
        Ok(Self(
            listed.lines().map(PathBuf::from).filter(|file| crate::workspace::root().join(file).is_file()).collect(),
        ))
    }

    /// Those below `folder` with one of these endings.
    pub fn below(&self, folder: &str, endings: &[&str]) -> Vec<&Path> {
        self.with(|file| file.starts_with(folder) && ending(file).is_some_and(|ending| endings.contains(&ending)))
    }

    /// Those anywhere whose name begins so, and ends in one of these.
    pub fn named(&self, start: &str, endings: &[&str]) -> Vec<&Path> {
        self.with(|file| name(file).starts_with(start) && ending(file).is_some_and(|ending| endings.contains(&ending)))
    }

    /// Those anywhere with exactly this name, or this name and an ending: `Dockerfile`, `Dockerfile.dev`.
    pub fn called(&self, wanted: &str) -> Vec<&Path> {
        self.with(|file| file.file_stem() == Some(OsStr::new(wanted)))
    }

    /// Scripts of the shell: by their ending, or as the entry of the continuous integration.
    pub fn shell(&self) -> Vec<&Path> {
        self.with(|file| ending(file) == Some("sh") || file == Path::new(".ci/run"))
    }

    /// Whether there is such a file, or a folder with a file.
    pub fn has(&self, path: &Path) -> bool {
        self.0.iter().any(|file| file.starts_with(path))
    }

    fn with(&self, holds: impl Fn(&Path) -> bool) -> Vec<&Path> {
        self.0.iter().map(PathBuf::as_path).filter(|file| holds(file)).collect()
    }
}

fn name(file: &Path) -> &str {
    file.file_name().and_then(OsStr::to_str).unwrap_or_default()
}

fn ending(file: &Path) -> Option<&str> {
    file.extension().and_then(OsStr::to_str)
}
