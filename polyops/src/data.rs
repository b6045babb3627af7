//! The data folder: made when it is not there, held by one process at a time, and moved aside when somebody wants to
//! begin anew.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The file that says who uses the folder.
const LOCK: &str = "polyops.lock";

/// A folder that this process alone uses, until this is dropped. The operating system lets go of it when the process
/// ends, in whatever way.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Where what was in it has gone.
    pub moved_to: Option<PathBuf>,
    /// Whether nothing was in it.
    pub is_new: bool,
    _lock: File,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process uses it.
    #[error(
        "the data folder {} is in use by another polyops ({}); end that one, or choose another folder with --data",
        .path.display(), .holder
    )]
    InUse {
        /// Which.
        path: PathBuf,
        /// Who, as far as it is known.
        holder: String,
    },
    /// The operating system refuses.
    #[error("the data folder {} cannot be used: {source}; choose another one with --data", .path.display())]
    Refused {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Folder {
    /// Use this folder. With `fresh`, what is in it is moved to a folder beside it first.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn open(path: &Path, fresh: bool) -> Result<Self, FolderError> {
        let refused = |source| FolderError::Refused { path: path.to_owned(), source };
        fs::create_dir_all(path).map_err(refused)?;
        let mut lock = lock(path)?;
        let mut is_new = is_empty(path).map_err(refused)?;
        let mut moved_to = None;
        if fresh && !is_new {
            // the lock goes with the folder, and a new one is taken in the new folder
            moved_to = Some(move_aside(path).map_err(refused)?);
            fs::create_dir_all(path).map_err(refused)?;
            lock = self::lock(path)?;
            is_new = true;
        }
        Ok(Self { path: path.to_owned(), moved_to, is_new, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn lock(folder: &Path) -> Result<File, FolderError> {
    let refused = |source| FolderError::Refused { path: folder.to_owned(), source };
    let file = folder.join(LOCK);
    let mut file = File::options().read(true).write(true).create(true).truncate(false).open(file).map_err(refused)?;
    match file.try_lock() {
        Ok(()) => {
            // for people; what holds is the lock, not the number
            file.set_len(0).and_then(|()| writeln!(file, "process {}", std::process::id())).map_err(refused)?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let known = file.rewind().and_then(|()| file.read_to_string(&mut holder)).is_ok_and(|length| length > 0);
            let holder = if known { holder.trim().to_owned() } else { "nobody knows which".to_owned() };
            Err(FolderError::InUse { path: folder.to_owned(), holder })
        }
        Err(TryLockError::Error(source)) => Err(refused(source)),
    }
}

/// Whether nothing but the lock is in it.
fn is_empty(folder: &Path) -> std::io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if entry?.file_name() != LOCK {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Rename `data` to the first of `data.1`, `data.2` … that is free.
fn move_aside(folder: &Path) -> std::io::Result<PathBuf> {
    let folder = folder.canonicalize()?;
    let name = folder.file_name().ok_or_else(|| std::io::Error::new(ErrorKind::InvalidInput, "it has no name"))?;
    let mut number = 1;
    let beside = |number: u32| folder.with_file_name(format!("{}.{number}", name.display()));
    while beside(number).exists() {
        number += 1;
    }
    let free = beside(number);
    fs::rename(&folder, &free)?;
    Ok(free)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_used_by_one_at_a_time() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        let first = Folder::open(&path, false).unwrap();
        assert!(first.is_new);
        let refused = Folder::open(&path, true).unwrap_err().to_string();
        assert!(refused.contains(&format!("in use by another polyops (process {})", std::process::id())), "{refused}");
        drop(first);
        Folder::open(&path, false).unwrap();
    }

    #[test]
    fn beginning_anew_deletes_nothing() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        for round in 1..=2 {
            let folder = Folder::open(&path, true).unwrap();
            assert!(folder.is_new);
            fs::write(path.join("users.db"), round.to_string()).unwrap();
        }
        let folder = Folder::open(&path, true).unwrap();
        assert!(folder.moved_to.as_ref().unwrap().ends_with("data.2"), "{:?}", folder.moved_to);
        assert_eq!(fs::read_to_string(place.path().join("data.1/users.db")).unwrap(), "1");
        assert_eq!(fs::read_to_string(place.path().join("data.2/users.db")).unwrap(), "2");
        assert!(!path.join("users.db").exists());
    }

    #[test]
    fn a_place_where_no_folder_can_be_is_refused_in_one_sentence() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let refused = Folder::open(place.path(), false).unwrap_err().to_string();
        assert!(refused.ends_with("choose another one with --data"), "{refused}");
    }
}
