//! The folder of the backup: contents under their checksums, the catalogue, and the lock of whoever writes.
//!
//! ```text
//! lock              held by the process that copies
//! catalogue.db      every version of every file
//! content/ab/cdef…  the SHA-256 of what is in it
//! ```

mod content;
mod incoming;

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use values::Sha256;

pub use self::content::{CopyError, Found, copy_to};
pub use self::incoming::{Incoming, WriteError};

/// What begins so is not whole yet, and of nobody once the lock is free.
const PARTIAL: &str = ".partial-";

/// How often the right to write is asked for while somebody has it, and the pause between: a command has it for as long as
/// it reads the catalogue, and a service for as long as it runs.
const LOOKS: u32 = 60;
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Where everything lies. Clones are the same folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    /// Folders with new names in them that a power cut would take: see [`settle`](Self::settle).
    unsettled: Arc<Mutex<BTreeSet<PathBuf>>>,
    /// Held while they are brought to the disk: whoever finds none of them left may rely on it.
    settling: Arc<tokio::sync::Mutex<()>>,
}

/// The right to write, for as long as the process lives, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Who writes into the folder.
#[derive(Debug)]
pub enum Writer {
    /// A process that has the right to.
    Runs,
    /// Nobody, and nobody will for as long as this is kept; nothing is in it when nobody ever has.
    None(Option<File>),
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
        Self { root: root.into(), unsettled: Arc::default(), settling: Arc::default() }
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
        let file = File::create(self.lock_file())?;
        // a command that reads may have it, for a moment
        let mut looks = 0;
        while let Err(error) = file.try_lock() {
            match error {
                TryLockError::WouldBlock if looks == LOOKS => return Err(LockError::Taken),
                TryLockError::WouldBlock => std::thread::sleep(LOOK_EVERY),
                TryLockError::Error(error) => return Err(error.into()),
            }
            looks += 1;
        }
        self.sweep()?;
        Ok(Lock { _file: file })
    }

    /// Who writes. Nothing is made or changed to find out.
    ///
    /// # Errors
    /// When it cannot be found out.
    pub fn writer(&self) -> io::Result<Writer> {
        let file = match File::open(self.lock_file()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Writer::None(None)),
            file => file?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Writer::None(Some(file))),
            Err(TryLockError::WouldBlock) => Ok(Writer::Runs),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn lock_file(&self) -> PathBuf {
        self.root.join("lock")
    }

    fn sweep(&self) -> io::Result<()> {
        for folder in fs::read_dir(self.contents())? {
            let folder = folder?.path();
            if !folder.is_dir() {
                continue;
            }
            // what the process before has given its name, and had no time to bring to the disk
            self.unsettled().insert(folder.clone());
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

    /// Bring the names of all that has come since the last time to the disk: one sync for each folder, however many lie in
    /// it. Only then they may be written down as being here.
    ///
    /// # Errors
    /// When it cannot be done; it is to be done again then.
    pub async fn settle(&self) -> io::Result<()> {
        let settling = Arc::clone(&self.settling).lock_owned().await;
        let folders = std::mem::take(&mut *self.unsettled());
        if folders.is_empty() {
            return Ok(());
        }
        let folder = self.clone();
        let settle = move || {
            // to the end, also when nobody waits for it any more
            let _settling = settling;
            let failed = folders.iter().find_map(|folder| sync(folder).err());
            if let Some(error) = failed {
                folder.unsettled().extend(folders);
                return Err(error);
            }
            Ok(())
        };
        tokio::task::spawn_blocking(settle).await.map_err(io::Error::from)?
    }

    fn unsettled(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.unsettled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a file of this size lies there. What has its name was whole and on the disk before it had it; the name is
    /// there for good after the next [`settle`](Self::settle).
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
        assert!(matches!(folder.writer().unwrap(), Writer::Runs));
        drop(lock);
        // whoever reads while nobody writes keeps writers out
        let reader = folder.writer().unwrap();
        assert!(matches!(reader, Writer::None(Some(_))));
        assert!(matches!(folder.lock(), Err(LockError::Taken)));
        drop(reader);
        let _lock = folder.lock().unwrap();
        assert!(kept.exists() && !left.exists());
        assert!(
            folder.has(Sha256::of(b"x"), 1) && !folder.has(Sha256::of(b"x"), 2) && !folder.has(Sha256::of(b"y"), 1)
        );
    }
}
