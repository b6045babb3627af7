//! Where the content of files lies: each once, under its checksum, however many files and versions have it.
//!
//! An upload is written into a folder of its instance's own, [`staging`], and synced. Only when it is whole, and its
//! checksum known, it is moved to its place, within the [`Turn`] that writes the version down. So content without a
//! version is one that was left by a crash between the two, and [`sweep`] may delete it, within a turn too: nobody can be
//! just about to need it.

mod read;
mod staging;
mod sweep;
mod tie;

use std::path::Path;
use std::sync::Arc;

use chassis::ApiError;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{ObjectStore, ObjectStoreExt};

pub use self::read::Contents;
pub use self::staging::{Staged, Staging, Upload, UploadError};
pub use self::sweep::{SweepError, Swept};
pub use self::tie::TieError;
use crate::database::Turn;

/// The folder in which content lies, and that in which uploads are on their way.
const PLACES: &str = "sha256";

/// The place of content with this checksum: in one of 256 folders, so that none holds too many.
pub fn place(sha256: &str) -> String {
    format!("{PLACES}/{}/{}", &sha256[..2], &sha256[2..])
}

/// The content of all files.
#[derive(Clone)]
pub struct ContentStore {
    objects: Arc<dyn ObjectStore>,
    staging: Arc<Staging>,
}

/// Why content cannot be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The folder cannot be used.
    #[error("the folder for content cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// An object cannot be moved, read or deleted.
    #[error("content cannot be used: {0}")]
    Objects(#[from] object_store::Error),
}

/// What a client is told: 507 when there is no room, 503 otherwise.
impl From<ContentError> for ApiError {
    fn from(error: ContentError) -> Self {
        tracing::error!(%error, "a request failed");
        if is_full(&error) {
            return ApiError::insufficient_storage("There is no room for this file");
        }
        Self::unavailable("The content of files cannot be reached: nothing was changed", 1)
    }
}

/// Whether the cause of all causes is a full disk or quota.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if matches!(kind, Some(std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)) {
            return true;
        }
        cause = error.source();
    }
    false
}

impl ContentStore {
    /// Use this folder; `instance` is the name of this process among those that share it.
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub fn open(folder: &Path, instance: &str) -> Result<Self, ContentError> {
        std::fs::create_dir_all(folder)?;
        let staging = Arc::new(Staging::open(folder, instance)?);
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { objects: Arc::new(objects), staging })
    }

    /// Begin an upload.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn begin(&self) -> Result<Upload, UploadError> {
        self.staging.begin()
    }

    /// Move what was uploaded to its place. Within a turn, so that nobody sweeps it away before its version is written.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub async fn settle(&self, staged: Staged, _turn: &mut Turn) -> Result<(), ContentError> {
        let to = Place::from(place(&staged.sha256().to_string()));
        // also over what is there: it should be the same, but a power cut or a bad copy may have left it short, and this one
        // is known to be whole
        Ok(self.objects.rename(&Place::from(staged.place()), &to).await?)
    }

    /// Whether content can be read and written now.
    ///
    /// # Errors
    /// When its folder is not there.
    pub async fn ready(&self) -> Result<(), ContentError> {
        Ok(self.staging.ready().await?)
    }

    async fn delete(&self, sha256: &str) -> Result<(), ContentError> {
        match self.objects.delete(&Place::from(place(sha256))).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            deleted => Ok(deleted?),
        }
    }
}
