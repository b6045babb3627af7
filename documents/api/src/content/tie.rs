//! Which database the folder belongs to.
//!
//! What no version has is removed. So to another database everything here is what nobody needs: one that is new, another
//! service's, or one that was put back from a copy. The folder therefore has a mark, a file with the epoch of its
//! database, and no other one is let at it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path as Place;
use tokio::task::spawn_blocking;

use super::{ContentError, ContentStore, PLACES, sweep};
use crate::database::{Database, StorageError};

/// The file with the epoch, beside the folder of the places.
const MARK: &str = "epoch";

/// Contents of a folder without a mark that are asked for: one that the database lists is enough.
const SAMPLE: usize = 100;

/// Why the folder is not this database's, or nobody can say.
#[derive(Debug, thiserror::Error)]
pub enum TieError {
    /// It has the mark of another one.
    #[error(
        "the folder {folder} holds the content of another database, with the epoch {marked:?}, and this one's is {epoch:?}: \
         set CONTENT_FOLDER to this database's own folder, or, if it was put back from a copy, write {epoch:?} into {mark}"
    )]
    Another {
        /// The folder.
        folder: String,
        /// The file in it.
        mark: String,
        /// What the file says.
        marked: String,
        /// What it would have to say.
        epoch: String,
    },
    /// It has none, and not what this database lists.
    #[error(
        "the folder {folder} holds nothing of what this database lists: set CONTENT_FOLDER to its own folder, or, if this is \
         it all the same, write {epoch:?} into {mark}"
    )]
    Foreign {
        /// The folder.
        folder: String,
        /// The file in it.
        mark: String,
        /// What the file would have to say.
        epoch: String,
    },
    /// The folder cannot be read or written.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The database cannot be reached.
    #[error(transparent)]
    Database(#[from] StorageError),
}

impl From<io::Error> for TieError {
    fn from(error: io::Error) -> Self {
        Self::Content(error.into())
    }
}

impl ContentStore {
    /// Make sure that the folder is this database's: by its mark, which is made if both are new.
    ///
    /// # Errors
    /// When it is another's, or cannot be reached.
    pub async fn tie(&self, database: &Database) -> Result<(), TieError> {
        if self.is_marked(database.epoch()).await? {
            return Ok(());
        }
        // others may start at once: whatever they have done since is of this database if their mark is
        if !self.fits(database).await? && !self.is_marked(database.epoch()).await? {
            let (folder, mark) = (self.root().display().to_string(), self.mark().display().to_string());
            return Err(TieError::Foreign { folder, mark, epoch: database.epoch().to_owned() });
        }
        let (draft, mark, epoch) = (self.staging.file("epoch"), self.mark(), database.epoch().to_owned());
        spawn_blocking(move || make(&draft, &mark, &epoch)).await.map_err(io::Error::from)??;
        // of several that begin at once the first has made it, and each looks whose it is
        if self.is_marked(database.epoch()).await? { Ok(()) } else { Err(io::Error::other("its mark is gone").into()) }
    }

    /// Whether the folder is there, and has this content no more.
    ///
    /// # Errors
    /// When the folder is another's, or cannot be reached.
    pub async fn has_lost(&self, sha256: &str, database: &Database) -> Result<bool, TieError> {
        let lies = self.root().join(super::place(sha256));
        let is_there = spawn_blocking(move || lies.try_exists()).await.map_err(io::Error::from)??;
        Ok(!is_there && self.is_marked(database.epoch()).await?)
    }

    /// Whether the mark is this one; false when there is none.
    pub(super) async fn is_marked(&self, epoch: &str) -> Result<bool, TieError> {
        let mark = self.mark();
        let marked = match spawn_blocking(move || fs::read_to_string(mark)).await.map_err(io::Error::from)? {
            Ok(marked) => marked,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        // somebody has written it by hand: an editor ends it with a new line
        if marked.trim() == epoch {
            return Ok(true);
        }
        let (folder, mark) = (self.root().display().to_string(), self.mark().display().to_string());
        Err(TieError::Another { folder, mark, marked: marked.trim().to_owned(), epoch: epoch.to_owned() })
    }

    /// Whether a folder without a mark can be this database's: both are empty, or it holds something of what is listed.
    async fn fits(&self, database: &Database) -> Result<bool, TieError> {
        let listed = self.objects.list(Some(&Place::from(PLACES))).take(SAMPLE);
        let objects: Vec<_> = listed.try_collect().await.map_err(ContentError::Objects)?;
        let sums: Vec<_> = objects.iter().filter_map(|object| sweep::checksum_of(&object.location)).collect();
        if sums.is_empty() {
            return Ok(database.is_without_content().await?);
        }
        let count = sums.len();
        Ok(database.unused(sums).await?.len() < count)
    }

    fn root(&self) -> &Path {
        self.staging.root()
    }

    fn mark(&self) -> PathBuf {
        self.root().join(MARK)
    }
}

/// Make the mark, whole or not at all, unless there is one.
fn make(draft: &Path, mark: &Path, epoch: &str) -> io::Result<()> {
    let mut file = File::create(draft)?;
    writeln!(file, "{epoch}")?;
    file.sync_all()?;
    let made = fs::hard_link(draft, mark);
    fs::remove_file(draft)?;
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.and_then(|()| File::open(mark.parent().unwrap_or(mark))?.sync_all()),
    }
}
