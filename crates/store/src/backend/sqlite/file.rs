//! Which file a path names.

use std::fs::metadata;
use std::io;
use std::path::PathBuf;

use super::super::BackendError;

/// The file that was at a path when it was opened.
///
/// Whoever deletes a file, or puts another in its place, takes nothing from a program that has it open: SQLite would go
/// on writing into what nobody can ever open again, and each of its commits would be acknowledged.
pub struct File {
    path: PathBuf,
    identity: (u64, u64),
}

impl File {
    pub fn at(path: &str) -> Result<Self, BackendError> {
        let path = PathBuf::from(path);
        let identity = identity(&path).map_err(|error| BackendError::Unreachable(error.to_string()))?;
        Ok(Self { path, identity })
    }

    /// Whether it still is. This costs two microseconds.
    pub fn is_there(&self) -> bool {
        identity(&self.path).is_ok_and(|identity| identity == self.identity)
    }
}

#[cfg(unix)]
fn identity(path: &std::path::Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let file = metadata(path)?;
    Ok((file.dev(), file.ino()))
}

/// Elsewhere a file that is open cannot be deleted.
#[cfg(not(unix))]
fn identity(path: &std::path::Path) -> io::Result<(u64, u64)> {
    metadata(path).map(|_| (0, 0))
}
