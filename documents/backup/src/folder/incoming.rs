//! Content on its way into the folder.

use std::fs;
use std::io::{self, Write};

use bytes::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{JoinHandle, spawn_blocking};
use values::Sha256;

use super::{Folder, PARTIAL};

/// Pieces that may wait for the disk: each is as large as a network read, which is some 400 KiB at most.
const WAITING: usize = 2;

/// A content that is being written. Dropped before its end, it leaves nothing.
#[derive(Debug)]
pub struct Incoming {
    pieces: Sender<Bytes>,
    written: JoinHandle<Result<(), WriteError>>,
}

/// Why a content is not there.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// What came is not what was announced.
    #[error("{size} bytes with the checksum {sha256} came instead")]
    Other {
        /// Bytes that came; one more than announced, when there were more.
        size: u64,
        /// Their checksum.
        sha256: Sha256,
    },
    /// No room, or a disk that fails.
    #[error("it cannot be written: {0}")]
    Disk(#[from] io::Error),
}

impl Incoming {
    /// Begin to write the content of this checksum and size: on a thread of its own, which hashes too.
    pub fn begin(folder: &Folder, sha256: Sha256, size: u64) -> Self {
        let (folder, (pieces, received)) = (folder.clone(), channel(WAITING));
        let written = spawn_blocking(move || receive(&folder, sha256, size, received));
        Self { pieces, written }
    }

    /// Add bytes. Returns when there is room for more: the network is not read faster than the disk writes. Whether they
    /// are wanted; if not, [`finish`](Self::finish) says why.
    pub async fn write(&mut self, piece: Bytes) -> bool {
        self.pieces.send(piece).await.is_ok()
    }

    /// That was all: compare it, bring it to the disk, and give it its name, which [`Folder::settle`] makes last.
    ///
    /// # Errors
    /// When it is another content, or cannot be written: then nothing is left of it.
    pub async fn finish(self) -> Result<(), WriteError> {
        drop(self.pieces);
        self.written.await.map_err(io::Error::from)?
    }
}

fn receive(root: &Folder, sha256: Sha256, size: u64, mut pieces: Receiver<Bytes>) -> Result<(), WriteError> {
    let place = root.content(sha256);
    let folder = place.parent().unwrap_or(&place);
    if !folder.is_dir() {
        fs::create_dir_all(folder)?;
        root.unsettled().insert(root.contents());
    }
    // in the same folder, since only there a rename is one step; it is removed with its value
    let mut file = tempfile::Builder::new().prefix(PARTIAL).tempfile_in(folder)?;
    let (mut digest, mut so_far) = (Sha256::begin(), 0);
    while let Some(piece) = pieces.blocking_recv() {
        so_far += piece.len() as u64;
        digest.update(&piece);
        if so_far > size {
            // whoever sends for ever does not fill the disk
            return Err(WriteError::Other { size: so_far, sha256: digest.finish().into() });
        }
        file.write_all(&piece)?;
    }
    let found = Sha256::from(digest.finish());
    if (so_far, found) != (size, sha256) {
        return Err(WriteError::Other { size: so_far, sha256: found });
    }
    file.as_file().sync_all()?;
    // before it has its name: whoever sees that, and settles, settles it
    root.unsettled().insert(folder.to_owned());
    file.persist(&place).map_err(|error| error.error)?;
    // somebody may have settled between the two
    root.unsettled().insert(folder.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn files(root: &Path) -> usize {
        let folders = fs::read_dir(root.join("content")).unwrap().map(|entry| entry.unwrap().path());
        folders.map(|folder| fs::read_dir(folder).unwrap().count()).sum()
    }

    #[tokio::test]
    async fn what_was_announced_is_there_and_anything_else_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::at(root.path());
        let _lock = folder.lock().unwrap();
        let sum = Sha256::of(b"hello");
        for wrong in [&["hell"][..], &["hello", "!"], &["HELLO"], &[]] {
            let mut incoming = Incoming::begin(&folder, sum, 5);
            for piece in wrong {
                incoming.write(Bytes::from_static(piece.as_bytes())).await;
            }
            let refused = incoming.finish().await;
            assert!(matches!(refused, Err(WriteError::Other { .. })), "{wrong:?}");
            assert_eq!(files(root.path()), 0, "{wrong:?}");
        }
        let mut incoming = Incoming::begin(&folder, sum, 5);
        assert!(incoming.write(Bytes::from_static(b"he")).await && incoming.write(Bytes::from_static(b"llo")).await);
        incoming.finish().await.unwrap();
        assert!(folder.has(sum, 5));
        assert_eq!(fs::read(folder.content(sum)).unwrap(), b"hello");
        // again, over what is there
        let mut incoming = Incoming::begin(&folder, sum, 5);
        incoming.write(Bytes::from_static(b"hello")).await;
        incoming.finish().await.unwrap();
        assert_eq!(files(root.path()), 1);
    }
    #[tokio::test]
    async fn a_folder_with_a_new_name_is_to_be_synced_until_it_was() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::at(root.path());
        let lock = folder.lock().unwrap();
        for content in ["one", "two"] {
            let mut incoming = Incoming::begin(&folder, Sha256::of(content.as_bytes()), 3);
            incoming.write(Bytes::from_static(content.as_bytes())).await;
            incoming.finish().await.unwrap();
        }
        let place = folder.content(Sha256::of(b"one")).parent().unwrap().to_owned();
        assert!(folder.unsettled().contains(&place) && folder.unsettled().contains(&folder.contents()));
        // one that cannot be synced is not forgotten, and neither are the others
        let away = place.with_extension("away");
        fs::rename(&place, &away).unwrap();
        assert!(folder.settle().await.is_err());
        assert_eq!(folder.unsettled().len(), 3);
        fs::rename(&away, &place).unwrap();
        folder.settle().await.unwrap();
        assert!(folder.unsettled().is_empty());
        // what a process before this one may have left
        drop(lock);
        let folder = Folder::at(root.path());
        let _lock = folder.lock().unwrap();
        assert!(folder.unsettled().contains(&place));
    }
}
