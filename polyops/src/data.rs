//! The data folder: made when it is not there, held by one process at a time, and moved aside when somebody wants to
//! begin anew.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The file that says who uses the folder.
const LOCK: &str = "polyops.lock";

/// A folder that this process alone uses, until this is dropped. The operating system lets go of it when the process
/// ends, in whatever way.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The same without links and dots: what is moved and made anew is the folder itself, and a link to it stays.
    real: PathBuf,
    /// Where what was in it has gone.
    pub moved_to: Option<PathBuf>,
    /// Whether nothing was in it.
    pub is_new: bool,
    lock: File,
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
    /// It cannot be moved aside, since somebody stands in it.
    #[error(
        "the data folder {} is the working directory or lies above it, and is not moved aside; go elsewhere, or choose another folder with --data",
        .path.display()
    )]
    StoodIn {
        /// Which.
        path: PathBuf,
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
    /// Use this folder, which is made if it is not there.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let refused = |source| FolderError::Refused { path: path.to_owned(), source };
        make(path).map_err(refused)?;
        let real = path.canonicalize().map_err(refused)?;
        let lock = lock(&real)?;
        let is_new = is_empty(&real).map_err(refused)?;
        Ok(Self { path: path.to_owned(), real, moved_to: None, is_new, lock })
    }

    /// Move what is in it to a folder beside it, and go on with an empty one.
    ///
    /// # Errors
    /// See [`FolderError`]; [`FolderError::StoodIn`] before anything is moved.
    pub fn begin_anew(&mut self) -> Result<(), FolderError> {
        if self.is_new {
            return Ok(());
        }
        let refused = |source| FolderError::Refused { path: self.path.clone(), source };
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).map_err(refused)?;
        if here.starts_with(&self.real) {
            return Err(FolderError::StoodIn { path: self.path.clone() });
        }
        // the lock goes with the folder, and a new one is taken in the new folder
        self.moved_to = Some(move_aside(&self.real).map_err(refused)?);
        make(&self.real).map_err(refused)?;
        self.lock = lock(&self.real)?;
        self.is_new = true;
        Ok(())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// For its owner alone: it holds keys, addresses and passwords. A folder that is there stays as its owner wants it.
fn make(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Who uses this folder now, as far as it is known; nothing is changed.
pub fn held_by(folder: &Path) -> Option<String> {
    let mut file = File::open(folder.join(LOCK)).ok()?;
    // shared: a file that is open for reading cannot be locked for writing on every disk
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)).then(|| holder(&mut file))
}

fn holder(file: &mut File) -> String {
    let mut holder = String::new();
    let known = file.rewind().and_then(|()| file.read_to_string(&mut holder)).is_ok_and(|length| length > 0);
    if known { holder.trim().to_owned() } else { "nobody knows which".to_owned() }
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
        Err(TryLockError::WouldBlock) => Err(FolderError::InUse { path: folder.to_owned(), holder: holder(&mut file) }),
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
    let name = folder.file_name().ok_or_else(|| std::io::Error::new(ErrorKind::InvalidInput, "it has no name"))?;
    let mut number = 1;
    let beside = |number: u32| folder.with_file_name(format!("{}.{number}", name.display()));
    while beside(number).exists() {
        number += 1;
    }
    let free = beside(number);
    fs::rename(folder, &free)?;
    Ok(free)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn anew(path: &Path) -> Result<Folder, FolderError> {
        let mut folder = Folder::open(path)?;
        folder.begin_anew()?;
        Ok(folder)
    }

    #[test]
    fn a_folder_is_used_by_one_at_a_time() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        assert_eq!(held_by(&path), None);
        let first = Folder::open(&path).unwrap();
        assert!(first.is_new);
        let us = format!("process {}", std::process::id());
        assert_eq!(held_by(&path), Some(us.clone()));
        let refused = Folder::open(&path).unwrap_err().to_string();
        assert!(refused.contains(&format!("in use by another polyops ({us})")), "{refused}");
        drop(first);
        assert_eq!(held_by(&path), None);
        Folder::open(&path).unwrap();
    }

    #[test]
    fn beginning_anew_deletes_nothing() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        for round in 1..=2 {
            let folder = anew(&path).unwrap();
            assert!(folder.is_new);
            fs::write(path.join("users.db"), round.to_string()).unwrap();
        }
        let folder = anew(&path).unwrap();
        assert!(folder.moved_to.as_ref().unwrap().ends_with("data.2"), "{:?}", folder.moved_to);
        assert_eq!(fs::read_to_string(place.path().join("data.1/users.db")).unwrap(), "1");
        assert_eq!(fs::read_to_string(place.path().join("data.2/users.db")).unwrap(), "2");
        assert!(!path.join("users.db").exists());
    }

    #[test]
    fn a_link_leads_to_the_new_folder_afterwards() {
        let place = tempfile::tempdir().unwrap();
        let (real, link) = (place.path().join("disk"), place.path().join("data"));
        fs::create_dir(&real).unwrap();
        fs::write(real.join("users.db"), "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let folder = anew(&link).unwrap();
        assert!(folder.moved_to.as_ref().unwrap().ends_with("disk.1"), "{:?}", folder.moved_to);
        assert_eq!(fs::read_to_string(place.path().join("disk.1/users.db")).unwrap(), "old");
        assert!(link.is_symlink() && is_empty(&link).unwrap());
        assert!(matches!(Folder::open(&real), Err(FolderError::InUse { .. })), "the link and the folder are one");
    }

    #[test]
    fn the_folder_that_we_stand_in_is_not_moved() {
        let here = std::env::current_dir().unwrap().canonicalize().unwrap();
        for real in here.ancestors().take(2) {
            // not opened: nothing is to be written there
            let mut folder = Folder {
                path: real.to_owned(),
                real: real.to_owned(),
                moved_to: None,
                is_new: false,
                lock: tempfile::tempfile().unwrap(),
            };
            assert!(matches!(folder.begin_anew(), Err(FolderError::StoodIn { .. })), "{}", real.display());
        }
        assert!(here.exists());
    }

    #[test]
    fn what_is_made_is_for_its_owner_alone() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        drop(Folder::open(&path).unwrap());
        assert_eq!(mode(), 0o700);
        fs::write(path.join("users.db"), "old").unwrap();
        drop(anew(&path).unwrap());
        assert_eq!(mode(), 0o700);
    }

    #[test]
    fn a_place_where_no_folder_can_be_is_refused_in_one_sentence() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let refused = Folder::open(place.path()).unwrap_err().to_string();
        assert!(refused.ends_with("choose another one with --data"), "{refused}");
    }
}
