//! What the documents API says has happened.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde::Deserialize;

use super::{Copier, Stopped};
use crate::catalogue::Known;
use crate::model::Change;

/// Changes that are read at once: as many as the API gives.
pub(super) const PAGE: usize = 500;

/// The time of an answer (RFC 9110, 6.6.1) is a date of RFC 5322.
static DATE: DateTimeParser = DateTimeParser::new();

/// Which database of the API it is.
const EPOCH: &str = "Documents-Epoch";

/// A part of the feed.
pub(super) struct Page {
    /// Of this database.
    pub(super) epoch: String,
    /// In order.
    pub(super) changes: Vec<Change>,
    /// When, by the API's clock, in Unix seconds.
    pub(super) seen: i64,
}

/// Whose token ours is.
#[derive(Deserialize)]
struct Me {
    admin: bool,
}

impl Copier {
    /// The first changes behind this one.
    pub(super) async fn read_feed(&self, after: i64, limit: usize) -> Result<Page, Stopped> {
        let call = self.documents.get("/api/v1/changes").query("after", after).query("limit", limit);
        let answer = call.send().await?.ok()?;
        let epoch = answer.header(EPOCH).filter(|epoch| !epoch.is_empty()).map(str::to_owned);
        let epoch = epoch.ok_or_else(|| Stopped::Feed(format!("the feed of changes comes without {EPOCH}")))?;
        // by the clock that says when changes happened; ours is as good as nothing else
        let seen = answer.header("Date").and_then(|date| DATE.parse_timestamp(date).ok()).map(Timestamp::as_second);
        let seen = seen.unwrap_or_else(|| self.clock.unix_seconds());
        Ok(Page { epoch, changes: answer.json()?, seen })
    }

    /// What is behind the position, with the last change that we have before it: when it has changed, the database was set
    /// back, and its numbers mean something else.
    pub(super) async fn read_behind(&self, known: Option<&Known>) -> Result<Page, Stopped> {
        let seq = known.map_or(0, |known| known.history.seq);
        // one more, for the one that we have
        self.read_feed((seq - 1).max(0), PAGE).await
    }

    /// Whether this change is still what the feed says.
    pub(super) async fn still_says(&self, epoch: &str, change: &Change) -> Result<bool, Stopped> {
        let page = self.read_feed(change.seq - 1, 1).await?;
        Ok(page.epoch == epoch && page.changes.first() == Some(change))
    }

    /// Make sure that we see all changes: users see those of their own files alone.
    pub(super) async fn must_be_admin(&self) -> Result<(), Stopped> {
        let me: Me = self.documents.get("/api/v1/me").send().await?.json()?;
        if me.admin {
            return Ok(());
        }
        Err(Stopped::Feed("DOCUMENTS_TOKEN is no admin's: it must be one that sees the files of all".to_owned()))
    }
}
