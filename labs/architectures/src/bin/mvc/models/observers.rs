//! Who is told of what is saved, in the request that saves it.

use std::path::{Path, PathBuf};

use tokio::sync::broadcast;

use super::{File, ModelError};

/// What was done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is new.
    Created,
    /// It has another content.
    Updated,
    /// It is gone.
    Deleted,
}

/// Somebody who is told.
pub trait Observer: Send + Sync {
    /// This was done to this file, whose content lies here.
    fn saved(&self, saved: Saved, file: &File, content: &Path) -> Result<(), ModelError>;
}

/// Copies every version.
pub struct Backup(PathBuf);

impl Backup {
    /// Into this folder.
    pub fn open(folder: PathBuf) -> Result<Self, ModelError> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Observer for Backup {
    fn saved(&self, saved: Saved, file: &File, content: &Path) -> Result<(), ModelError> {
        if saved != Saved::Deleted {
            let copy = self.0.join(format!("{}-{}", file.id, file.version));
            std::fs::copy(content, &copy)?;
            std::fs::File::open(&copy)?.sync_all()?;
        }
        Ok(())
    }
}

/// Those who have the stream of notifications open.
pub struct Listeners(broadcast::Sender<(Saved, File)>);

impl Default for Listeners {
    fn default() -> Self {
        Self(broadcast::channel(1024).0)
    }
}

impl Listeners {
    /// One more.
    pub fn listen(&self) -> broadcast::Receiver<(Saved, File)> {
        self.0.subscribe()
    }
}

impl Observer for Listeners {
    fn saved(&self, saved: Saved, file: &File, _: &Path) -> Result<(), ModelError> {
        // an error says that nobody listens
        let _ = self.0.send((saved, file.clone()));
        Ok(())
    }
}
