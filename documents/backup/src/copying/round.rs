//! One page of the feed.

use std::collections::HashSet;

use futures_util::{StreamExt, stream};
use values::Sha256;

use super::feed::{PAGE, Page};
use super::{Copier, Stopped};
use crate::catalogue::{History, Known};
use crate::model::{Change, ContentState, Kind};

/// Contents that are fetched at once. They are written in order: the more there are, the more wait for a large one.
const AT_ONCE: usize = 8;

impl Copier {
    /// Copy a page. Whether there may be more.
    pub(super) async fn round(&self) -> Result<bool, Stopped> {
        let known = self.catalogue.known().await?;
        let page = self.read_behind(known.as_ref()).await?;
        let is_full = page.changes.len() == PAGE;
        let Some((mut history, changes)) = self.place(known, page).await? else { return Ok(true) };
        // asked before, and for all: a copy that waits for its turn holds no connection that the writing below needs
        let (epoch, damaged) = (history.epoch.clone(), self.catalogue.damaged().await?);
        let copies = stream::iter(changes).map(|change| self.copy(&epoch, change, &damaged));
        let mut chunks = copies.buffered(AT_ONCE).ready_chunks(AT_ONCE);
        while let Some(chunk) = chunks.next().await {
            // those before one that has failed are copied all the same
            let (mut done, mut failed) = (Vec::with_capacity(chunk.len()), None);
            for copy in chunk {
                match copy {
                    Ok(copy) => done.push(copy),
                    Err(stopped) => {
                        failed = Some(stopped);
                        break;
                    }
                }
            }
            if !done.is_empty() {
                let now = self.clock.unix_seconds();
                self.catalogue.append(&mut history, &done, now).await?;
                self.figures.copied(&history, &done, now);
            }
            if let Some(stopped) = failed {
                return Err(stopped);
            }
        }
        Ok(is_full)
    }

    /// What of the page is new, and in which history; none when another one was begun, and the page is to be read anew.
    async fn place(&self, known: Option<Known>, page: Page) -> Result<Option<(History, Vec<Change>)>, Stopped> {
        let Some(Known { history, last }) = known.filter(|known| known.history.epoch == page.epoch) else {
            self.must_be_admin().await?;
            let history = self.catalogue.follow(&page.epoch).await?;
            tracing::info!(
                history = history.id,
                epoch = page.epoch,
                seq = history.seq,
                "following a database of the API"
            );
            return Ok(None);
        };
        let mut changes = page.changes.into_iter();
        if last.is_some() && changes.next() != last {
            self.must_be_admin().await?;
            let history = self.catalogue.begin_again(&page.epoch).await?;
            tracing::warn!(
                history = history.id,
                epoch = page.epoch,
                "the API's database was set back: a new history begins"
            );
            return Ok(None);
        }
        let changes: Vec<Change> = changes.collect();
        let expected = history.seq + 1..;
        if let Some((change, expected)) =
            changes.iter().zip(expected).find(|(change, expected)| change.seq != *expected)
        {
            self.must_be_admin().await?;
            let said = format!("the feed has change {} where {expected} should be", change.seq);
            return Err(Stopped::Feed(said));
        }
        Ok(Some((history, changes)))
    }

    /// Make sure that its content is here; what became of it.
    async fn copy(
        &self,
        epoch: &str,
        change: Change,
        damaged: &HashSet<Sha256>,
    ) -> Result<(Change, Option<ContentState>), Stopped> {
        if change.kind == Kind::Deleted {
            return Ok((change, None));
        }
        let file = &change.file;
        if !damaged.contains(&file.sha256) && self.folder.has(file.sha256, file.size) {
            return Ok((change, Some(ContentState::Here)));
        }
        if self.fetch(file).await? {
            return Ok((change, Some(ContentState::Here)));
        }
        // an API whose database was replaced meanwhile does not know it either: that is for the next round
        if !self.still_says(epoch, &change).await? {
            return Err(Stopped::Feed("the API's database has changed in the middle of a page".to_owned()));
        }
        tracing::error!(%file, name = file.name, sha256 = %file.sha256, "MISSING: the API has this content no more");
        Ok((change, Some(ContentState::Missing)))
    }
}
