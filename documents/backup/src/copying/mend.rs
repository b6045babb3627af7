//! Contents that are not well, fetched anew: beside the copying, so that neither waits for the other.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::fetch::Fetched;
use super::{Copier, Stopped};
use crate::catalogue::{Due, Tried};

/// Contents that are asked for and written down together, and those that are asked for at once.
const BATCH: usize = 32;
const AT_ONCE: usize = 4;

/// The shortest pause between two looks at what is due.
const SHORTEST: Duration = Duration::from_secs(1);

impl Copier {
    /// Fetch what is not here again and again, each time after a longer pause, until it is. At the start all is asked for:
    /// whoever starts it anew may have mended something.
    pub async fn mend(self: Arc<Self>, poll: Duration) {
        let mut is_first = true;
        loop {
            let next = async {
                if is_first {
                    self.catalogue.ask_again().await?;
                    is_first = false;
                }
                self.mend_due().await
            };
            let next = next.await.unwrap_or_else(|stopped| {
                // while nothing can be copied, that is said there
                tracing::debug!(%stopped, "what is missing is asked for later");
                None
            });
            let until = next.map(|next| next.saturating_sub(self.clock.unix_seconds()));
            let until = until.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
            // others mark what is damaged at any time
            let pause = until.unwrap_or(poll).min(poll).max(SHORTEST);
            tokio::select! {
                () = self.lacking.notified() => tokio::time::sleep(SHORTEST).await,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Try to fetch what is due. When the next is.
    async fn mend_due(&self) -> Result<Option<i64>, Stopped> {
        self.figures.unwell(self.catalogue.unwell().await?);
        let Some(known) = self.catalogue.known().await? else { return Ok(None) };
        loop {
            let due = self.catalogue.due(known.history.id, self.clock.unix_seconds(), BATCH).await?;
            let is_full = due.len() == BATCH;
            let asked = stream::iter(due).map(|due| self.try_again(due));
            let tried: Vec<Result<Tried, Stopped>> = asked.buffer_unordered(AT_ONCE).collect().await;
            let (mut done, mut stopped) = (Vec::with_capacity(tried.len()), None);
            for tried in tried {
                match tried {
                    Ok(tried) => done.push(tried),
                    Err(error) => stopped = Some(error),
                }
            }
            self.folder.settle().await?;
            self.catalogue.tried(&done, self.clock.unix_seconds()).await?;
            self.figures.unwell(self.catalogue.unwell().await?);
            match stopped {
                Some(stopped) => return Err(stopped),
                None if is_full => {}
                None => return Ok(self.catalogue.next_due(self.clock.unix_seconds()).await?),
            }
        }
    }
    /// Ask once more for a content, wherever it may be.
    async fn try_again(&self, due: Due) -> Result<Tried, Stopped> {
        let Due { sha256, state, tries, versions } = due;
        let mut why = "no version of the database that is followed has it".to_owned();
        for file in &versions {
            match self.fetch(file).await {
                Ok(Fetched::Here) => {
                    tracing::warn!(%file, %sha256, was = state.as_str(), "a content was mended");
                    return Ok(Tried { sha256, why: None });
                }
                Ok(Fetched::Lacking(reason)) => why = format!("{file}: {reason}"),
                // of this content alone as far as is known: one that cannot be written holds up no other
                Err(Stopped::Disk(error)) => why = format!("{file}: it cannot be written: {error}"),
                Err(stopped) => return Err(stopped),
            }
        }
        tracing::warn!(%sha256, tries = tries + 1, why, "a content is still not here");
        Ok(Tried { sha256, why: Some(why) })
    }
}
