//! One page of the feed.

use std::collections::HashSet;

use futures_util::{StreamExt, stream};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use values::Sha256;

use super::feed::{PAGE, Page};
use super::fetch::Fetched;
use super::{Copier, Stopped};
use crate::catalogue::{History, Known, Seen};
use crate::model::{Came, Change, Copied, Kind};

/// Contents that are fetched at once. They are written down in order: the more there are, the more wait for a large one.
const AT_ONCE: usize = 16;

/// Changes that are written down together at most: they share the syncs of folders and of the catalogue.
const TOGETHER: usize = 64;

/// By so much the time of an answer may lie behind that of a change in it, in seconds.
const DATE_LAGS: i64 = 2;

/// While nothing happens, it is noted so often that the history is still followed, in seconds: when the API's database is
/// set back, that much of the past is nobody's for sure.
const NOTED_EVERY: u64 = 60;

/// When the history that is followed was last seen, by the API's clock, since the start.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LastSeen {
    seen: Option<i64>,
    noted: Option<i64>,
}

impl Copier {
    /// Copy a page. Whether there may be more.
    pub(super) async fn round(&self, last: &mut LastSeen) -> Result<bool, Stopped> {
        let known = self.catalogue.known().await?;
        let page = self.read_behind(known.as_ref()).await?;
        let (is_full, seen) = (page.changes.len() == PAGE, page.seen);
        let Some((history, changes)) = self.place(known, page, last.seen).await? else {
            *last = LastSeen::default();
            return Ok(true);
        };
        last.seen = Some(seen);
        if changes.is_empty() {
            if last.noted.is_none_or(|noted| seen.abs_diff(noted) >= NOTED_EVERY) {
                self.catalogue.note_seen(seen).await?;
                last.noted = Some(seen);
            }
            return Ok(false);
        }
        // asked before, and for all: a copy that waits for its turn holds no connection that the writing below needs
        let (epoch, sums) = (history.epoch.clone(), changes.iter().map(|change| change.file.sha256));
        let damaged = self.catalogue.damaged(sums).await?;
        // side by side: while some are brought to the disk, the next are fetched
        let (copied, ready) = channel(TOGETHER);
        let (stopped, written) =
            tokio::join!(self.copy_each(&epoch, changes, &damaged, copied), self.write_down(history, seen, ready));
        written?;
        last.noted = Some(seen);
        stopped.map_or(Ok(is_full), Err)
    }

    /// Fetch what these changes bring, and pass them on in their order; what has stopped it, if anything has.
    async fn copy_each(
        &self,
        epoch: &str,
        changes: Vec<Change>,
        damaged: &HashSet<Sha256>,
        done: Sender<Copied>,
    ) -> Option<Stopped> {
        let mut fetched = stream::iter(changes).map(|change| self.copy(epoch, change, damaged)).buffered(AT_ONCE);
        loop {
            let copy = tokio::select! {
                copy = fetched.next() => copy?,
                // they cannot be written down, which is said there: a large one is not waited for
                () = done.closed() => return None,
            };
            match copy {
                Ok(copy) => done.send(copy).await.ok()?,
                Err(stopped) => return Some(stopped),
            }
        }
    }

    /// Write down what is copied, as much at a time as there is: those before one that has failed too.
    async fn write_down(&self, mut history: History, seen: i64, mut ready: Receiver<Copied>) -> Result<(), Stopped> {
        let mut together = Vec::with_capacity(TOGETHER);
        while ready.recv_many(&mut together, TOGETHER).await > 0 {
            self.folder.settle().await?;
            let now = self.clock.unix_seconds();
            // a server may tell the time of half a second ago
            let latest = together.iter().map(|copied| copied.change.at).max().unwrap_or(seen);
            let seen = seen.max(latest.min(seen.saturating_add(DATE_LAGS)));
            self.catalogue.append(&mut history, &together, now, seen).await?;
            self.figures.copied(&history, &together, now);
            for Copied { change, .. } in together.drain(..) {
                let Change { seq, kind, file, .. } = change;
                tracing::debug!(history = history.id, seq, kind = kind.as_str(), file = file.id, "copied");
            }
        }
        Ok(())
    }

    /// What of the page is new, and in which history; none when another one was begun, and the page is to be read anew.
    async fn place(
        &self,
        known: Option<Known>,
        page: Page,
        before: Option<i64>,
    ) -> Result<Option<(History, Vec<Change>)>, Stopped> {
        let seen = Seen { before, now: page.seen };
        let Some(Known { history, last }) = known.filter(|known| known.history.epoch == page.epoch) else {
            self.must_be_admin().await?;
            let history = self.catalogue.follow(&page.epoch, seen).await?;
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
            let history = self.catalogue.begin_again(&page.epoch, seen).await?;
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
    async fn copy(&self, epoch: &str, change: Change, damaged: &HashSet<Sha256>) -> Result<Copied, Stopped> {
        if change.kind == Kind::Deleted {
            return Ok(Copied { change, came: Came::Deleted });
        }
        let file = &change.file;
        if !damaged.contains(&file.sha256) && self.folder.has(file.sha256, file.size) {
            return Ok(Copied { change, came: Came::Here });
        }
        let Fetched::Lacking(why) = self.fetch(file).await? else { return Ok(Copied { change, came: Came::Here }) };
        // an API that is away gives nothing at all, and one whose database was replaced meanwhile does not know it either:
        // that is for the next round
        if !self.still_says(epoch, &change).await? {
            return Err(Stopped::Feed("the API's database has changed in the middle of a page".to_owned()));
        }
        tracing::error!(%file, name = file.name, sha256 = %file.sha256, why, "MISSING: the API does not give this content");
        self.lacking.notify_one();
        Ok(Copied { change, came: Came::Lacking(why) })
    }
}
