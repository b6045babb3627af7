//! Removes what nobody needs any more: uploads of the dead, and content without a version.

use futures_util::TryStreamExt;
use object_store::ObjectStore;
use object_store::path::Path as Place;
use tokio::task::spawn_blocking;

use super::{ContentError, ContentStore, PLACES, Staging, TieError};
use crate::database::{Database, StorageError, in_time};

/// Contents that are asked for at once.
const BATCH: usize = 100;

/// Why not all could be looked at.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The content cannot be reached.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The database cannot be reached.
    #[error(transparent)]
    Database(#[from] StorageError),
    /// The folder is not this database's.
    #[error(transparent)]
    Tie(#[from] TieError),
    /// The folder has no mark any more.
    #[error("the folder for content has lost its mark: another disk may lie there")]
    NoMark,
}

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Folders of instances that are dead.
    pub instances: usize,
    /// Contents that no version has.
    pub contents: usize,
}

impl ContentStore {
    /// Remove what nobody needs any more. Others may go on meanwhile.
    ///
    /// # Errors
    /// When something cannot be reached: what was removed is removed.
    pub async fn sweep(&self, database: &Database) -> Result<Swept, SweepError> {
        // looked at again: since the start another disk may have been put under the folder
        if !self.is_marked(database.epoch()).await? {
            return Err(SweepError::NoMark);
        }
        let root = self.staging.root().to_owned();
        let cleaned = spawn_blocking(move || Staging::clean(&root)).await.map_err(std::io::Error::from);
        let instances = cleaned.and_then(|cleaned| cleaned).map_err(ContentError::Folder)?;
        let mut swept = Swept { instances, contents: 0 };
        let mut listed = self.objects.list(Some(&Place::from(PLACES)));
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(object) = listed.try_next().await.map_err(ContentError::Objects)? {
            batch.extend(checksum_of(&object.location));
            if batch.len() == BATCH {
                swept.contents += self.sweep_these(database, std::mem::take(&mut batch)).await?;
            }
        }
        swept.contents += self.sweep_these(database, batch).await?;
        Ok(swept)
    }

    async fn sweep_these(&self, database: &Database, sums: Vec<String>) -> Result<usize, SweepError> {
        let mut removed = 0;
        for sum in database.unused(sums).await? {
            // again, in a turn: somebody may have uploaded it since, and nobody can while this lasts
            let (turn, unused) = in_time(async {
                let mut turn = database.turn().await?;
                let unused = turn.is_unused(&sum).await?;
                Ok::<_, StorageError>((turn, unused))
            })
            .await?;
            if unused {
                let content = self.clone();
                // on a task of its own, however long it takes, also when this service ends: given up half-way, it might delete
                // what somebody uploads after this turn
                let deleted = tokio::spawn(async move {
                    let deleted = content.delete(&sum).await;
                    drop(turn);
                    deleted
                });
                deleted.await.map_err(std::io::Error::from).map_err(ContentError::Folder)??;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// The checksum that an object has for a name; none when it is not ours.
pub(super) fn checksum_of(location: &Place) -> Option<String> {
    let mut parts = location.parts().skip(1);
    let sum = format!("{}{}", parts.next()?.as_ref(), parts.next()?.as_ref());
    let is_ours =
        sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit()) && super::place(&sum) == location.as_ref();
    is_ours.then_some(sum)
}
