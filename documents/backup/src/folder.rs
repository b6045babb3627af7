//! The folder of the backup: contents under their checksums, the catalogue, and the lock of whoever writes.
//!
//! ```text
//! lock              held by the process that copies
//! catalogue.db      every version of every file
//! content/ab/cdef…  the SHA-256 of what is in it
//! ```

mod content;
mod incoming;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use values::Sha256;

pub use self::content::{CopyError, Found, copy_to};
pub use self::incoming::{Incoming, WriteError};

/// What begins so is not whole yet, and of nobody once the lock is free.
const PARTIAL: &str = ".partial-";

/// Where everything lies. Clones are the same folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// The right to write, for as long as the process lives, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why the right to write cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else has it.
    #[error("another backup writes into it: one folder is for one process")]
    Taken,
    /// The folder cannot be used.
    #[error(transparent)]
    Unusable(#[from] io::Error),
}

impl Folder {
    /// This one, whether it is there or not.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Make it if need be, take the right to write, and remove what the process before has left half-way.
    ///
    /// # Errors
    /// When another process has the right, or the folder cannot be written.
    pub fn lock(&self) -> Result<Lock, LockError> {
        fs::create_dir_all(self.contents())?;
        let file = File::create(self.root.join("lock"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Taken),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        self.sweep()?;
        Ok(Lock { _file: file })
    }

    fn sweep(&self) -> io::Result<()> {
        for folder in fs::read_dir(self.contents())? {
            let folder = folder?.path();
            if !folder.is_dir() {
                continue;
            }
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_name().to_string_lossy().starts_with(PARTIAL) {
                    fs::remove_file(entry.path())?;
                }
            }
        }
        Ok(())
    }

    /// The file of the catalogue.
    pub fn catalogue(&self) -> PathBuf {
        self.root.join("catalogue.db")
    }

    fn contents(&self) -> PathBuf {
        self.root.join("content")
    }

    /// Where the content with this checksum lies, if it is there.
    pub fn content(&self, sha256: Sha256) -> PathBuf {
        let name = sha256.to_string();
        // 256 folders: few enough to be made, and many enough that none is slow
        let (folder, rest) = name.split_at(2);
        self.contents().join(folder).join(rest)
    }

    /// Whether a file of this size lies there. What has its name was whole and on the disk before it had it.
    pub fn has(&self, sha256: Sha256, size: u64) -> bool {
        fs::metadata(self.content(sha256)).is_ok_and(|file| file.is_file() && file.len() == size)
    }
}

/// Bring the entries of a folder to the disk: a file that was made or renamed survives a power cut only then.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_writes_and_what_a_dead_one_has_left_is_gone() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::at(root.path());
        let lock = folder.lock().unwrap();
        let (kept, left) = (folder.content(Sha256::of(b"x")), root.path().join("content/2d/.partial-x"));
        fs::create_dir_all(kept.parent().unwrap()).unwrap();
        fs::write(&kept, "x").unwrap();
        fs::write(&left, "half").unwrap();
        assert!(matches!(folder.lock(), Err(LockError::Taken)));
        assert!(left.exists(), "it may be another's");
        drop(lock);
        let _lock = folder.lock().unwrap();
        assert!(kept.exists() && !left.exists());
        assert!(
            folder.has(Sha256::of(b"x"), 1) && !folder.has(Sha256::of(b"x"), 2) && !folder.has(Sha256::of(b"y"), 1)
        );
    }
}
