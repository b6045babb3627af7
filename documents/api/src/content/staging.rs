//! Uploads that are on their way.
//!
//! Each instance has a folder for them, with a file in it that it holds locked. The lock goes with the process, however it
//! ends: a folder whose lock is free was left by one that is dead, and may be removed by anybody.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::BytesMut;
use ring::digest::Context;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::model::Sha256;

/// Beside the folder of the places.
const STAGING: &str = "staging";
const LOCK: &str = "lock";

/// Bytes that are gathered before they go to the disk: few trips to another thread, and little memory for each upload.
const GATHER: usize = 256 * 1024;

/// Bytes after which what is written goes to the disk, beside what still comes: so that the sync at the end is a short one.
const SYNC_EVERY: u64 = 8 << 20;

/// Uploads of which something is synced so at once: a slow disk must not hold all threads.
const SYNCS: usize = 8;

/// The folder of this instance.
pub struct Staging {
    root: PathBuf,
    folder: PathBuf,
    instance: String,
    next: AtomicU64,
    syncs: Arc<Semaphore>,
    /// Held locked until the process ends.
    _lock: File,
}

/// Why an upload cannot be written: no room, or a disk that fails.
#[derive(Debug, thiserror::Error)]
#[error("an upload cannot be written: {0}")]
pub struct UploadError(#[from] io::Error);

impl From<UploadError> for super::ContentError {
    fn from(error: UploadError) -> Self {
        Self::Folder(error.0)
    }
}

impl Staging {
    /// Make the folder of this instance, and lock it.
    pub(super) fn open(root: &Path, instance: &str) -> io::Result<Self> {
        let all = root.join(STAGING);
        fs::create_dir_all(&all)?;
        // locked before it has its name: from the first moment on nobody takes it for one that is left over
        let (hidden, folder) = (all.join(format!(".{instance}")), all.join(instance));
        fs::create_dir(&hidden)?;
        let lock = File::create(hidden.join(LOCK))?;
        lock.lock()?;
        fs::rename(&hidden, &folder)?;
        let root = root.to_owned();
        Ok(Self {
            root,
            folder,
            instance: instance.to_owned(),
            next: AtomicU64::new(1),
            syncs: Arc::new(Semaphore::new(SYNCS)),
            _lock: lock,
        })
    }

    /// Begin an upload.
    pub(super) fn begin(&self) -> Result<Upload, UploadError> {
        let name = format!("upload-{}", self.next.fetch_add(1, Ordering::Relaxed));
        let path = self.folder.join(&name);
        let place = format!("{STAGING}/{}/{name}", self.instance);
        let file = File::create_new(&path)?;
        let left = Leftover(path);
        let work = Work { file: Arc::new(file), digest: Sha256::begin(), unsynced: 0, spare: BytesMut::new() };
        Ok(Upload {
            work: Some(work),
            writing: None,
            syncing: None,
            syncs: Arc::clone(&self.syncs),
            gathered: BytesMut::new(),
            size: 0,
            place,
            left,
        })
    }

    /// A file of this instance's own, which goes with it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Whether the folder is there.
    pub(super) async fn ready(&self) -> io::Result<()> {
        let lock = self.folder.join(LOCK);
        spawn_blocking(move || fs::metadata(lock).map(drop)).await?
    }

    /// Remove what instances have left that are dead; how many.
    pub(super) fn clean(root: &Path) -> io::Result<usize> {
        let mut removed = 0;
        for entry in fs::read_dir(root.join(STAGING))? {
            let folder = entry?.path();
            if is_left(&folder) {
                match fs::remove_dir_all(&folder) {
                    Ok(()) => removed += 1,
                    // another instance was faster
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(removed)
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // an upload that goes on yet fails, as it should: its service has ended
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_left(folder: &Path) -> bool {
    // hidden ones are being made; one that was left so is empty but for its lock, and harms nobody
    let is_hidden = folder.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    if is_hidden {
        return false;
    }
    match File::open(folder.join(LOCK)) {
        Ok(lock) => is_free(&lock.try_lock()),
        // somebody else is removing it
        Err(_) => false,
    }
}

/// Only a lock that was taken proves that its holder is dead: a network file system that cannot say so now says nothing.
fn is_free(tried: &Result<(), TryLockError>) -> bool {
    tried.is_ok()
}

/// A file that is removed with its value, unless it was moved before.
struct Leftover(PathBuf);

impl Drop for Leftover {
    fn drop(&mut self) {
        // gone already: it is in its place
        let _ = fs::remove_file(&self.0);
    }
}

/// An upload that is being written. Dropped, it leaves nothing.
pub struct Upload {
    /// Not here while a piece is written, or after that has failed.
    work: Option<Work>,
    /// The piece before the one that is gathered: it is hashed and written while the client sends.
    writing: Option<JoinHandle<io::Result<Work>>>,
    /// What was written before, on its way to the disk.
    syncing: Option<JoinHandle<io::Result<()>>>,
    syncs: Arc<Semaphore>,
    gathered: BytesMut,
    size: u64,
    place: String,
    left: Leftover,
}

struct Work {
    file: Arc<File>,
    digest: Context,
    unsynced: u64,
    /// Room for the piece after the next.
    spare: BytesMut,
}

impl Work {
    fn write(mut self, mut piece: BytesMut) -> io::Result<Self> {
        (&*self.file).write_all(&piece)?;
        self.digest.update(&piece);
        self.unsynced += piece.len() as u64;
        piece.clear();
        self.spare = piece;
        Ok(self)
    }
}

impl Upload {
    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Add bytes. Returns when there is room for more, which is while no more than one piece waits for the disk: so the client
    /// is not read faster than that writes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), UploadError> {
        self.size += bytes.len() as u64;
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHER { self.flush().await } else { Ok(()) }
    }

    /// Begin to write what was gathered.
    async fn flush(&mut self) -> Result<(), UploadError> {
        let mut work = self.written().await?;
        if work.unsynced >= SYNC_EVERY {
            self.sync_early(&mut work).await?;
        }
        let piece = std::mem::replace(&mut self.gathered, std::mem::take(&mut work.spare));
        self.writing = Some(spawn_blocking(move || work.write(piece)));
        Ok(())
    }

    /// Wait until the piece before is written.
    async fn written(&mut self) -> Result<Work, UploadError> {
        match self.writing.take() {
            Some(writing) => Ok(writing.await.map_err(io::Error::from)??),
            None => Ok(self.work.take().ok_or_else(|| io::Error::other("it has failed before"))?),
        }
    }

    /// Have the disk begin with what is written, if it has done so with what was before, and others leave it the time.
    async fn sync_early(&mut self, work: &mut Work) -> Result<(), UploadError> {
        if self.syncing.as_ref().is_some_and(|syncing| !syncing.is_finished()) {
            return Ok(());
        }
        self.synced().await?;
        if let Ok(permit) = Arc::clone(&self.syncs).try_acquire_owned() {
            let file = Arc::clone(&work.file);
            work.unsynced = 0;
            self.syncing = Some(spawn_blocking(move || {
                let _permit = permit;
                file.sync_data()
            }));
        }
        Ok(())
    }

    /// What became of the sync before. The system says once alone that a disk has failed.
    async fn synced(&mut self) -> Result<(), UploadError> {
        match self.syncing.take() {
            Some(syncing) => Ok(syncing.await.map_err(io::Error::from)??),
            None => Ok(()),
        }
    }

    /// All of it is here: sync it, and know it by its checksum.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn finish(mut self) -> Result<Staged, UploadError> {
        self.flush().await?;
        let work = self.written().await?;
        self.synced().await?;
        let synced = spawn_blocking(move || work.file.sync_all().map(|()| work.digest.finish()));
        let digest = synced.await.map_err(io::Error::from)??;
        Ok(Staged { sha256: digest.into(), size: self.size, place: self.place, _left: self.left })
    }
}

/// An upload that is whole and safe, and not yet in its place. Dropped, it leaves nothing.
pub struct Staged {
    sha256: Sha256,
    size: u64,
    place: String,
    _left: Leftover,
}

impl Staged {
    /// Its checksum.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// Its bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where it is on its way.
    pub(super) fn place(&self) -> &str {
        &self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().file_name() != LOCK).count()
    }

    #[tokio::test]
    async fn an_upload_is_known_by_its_checksum_and_leaves_nothing_when_it_is_dropped() {
        let root = tempfile::tempdir().unwrap();
        let staging = Staging::open(root.path(), "one").unwrap();
        let mut upload = staging.begin().unwrap();
        let piece = vec![7; GATHER / 2 + 1];
        for _ in 0..5 {
            upload.write(&piece).await.unwrap();
        }
        let staged = upload.finish().await.unwrap();
        assert_eq!((staged.size(), staged.sha256()), (5 * piece.len() as u64, Sha256::of(&piece.repeat(5))));
        assert_eq!(files(&staging.folder), 1);
        drop(staged);
        drop(staging.begin().unwrap());
        assert_eq!(files(&staging.folder), 0);
    }

    #[test]
    fn a_lock_that_cannot_be_tried_proves_nothing() {
        assert!(is_free(&Ok(())));
        assert!(!is_free(&Err(TryLockError::WouldBlock)));
        assert!(!is_free(&Err(TryLockError::Error(io::Error::other("no locks available")))));
    }

    #[test]
    fn only_what_the_dead_have_left_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let alive = Staging::open(root.path(), "alive").unwrap();
        let _under_way = alive.begin().unwrap();
        let dead = Staging::open(root.path(), "dead").unwrap();
        fs::write(dead.folder.join("upload-1"), "half").unwrap();
        let left = dead.folder.clone();
        // as the end of its process does
        let Staging { _lock: lock, .. } = &dead;
        lock.unlock().unwrap();
        assert_eq!(Staging::clean(root.path()).unwrap(), 1);
        assert!(!left.exists() && files(&alive.folder) == 1);
    }
}
