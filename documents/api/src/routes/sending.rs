//! What uploads have in common: a place, limits, and the turn in which what was sent becomes a version.

use chassis::ApiError;
use chassis::preconditions::Precondition;
use tokio::sync::OwnedSemaphorePermit;

use super::{no_file, no_user};
use crate::DocumentsApi;
use crate::content::Staged;
use crate::database::{Content, Turn, in_time};
use crate::model::{File, FileName};
use crate::person::Person;
use crate::upload::{Limits, over_quota};

impl DocumentsApi {
    /// One of the places for uploads.
    pub(super) fn place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let place = self.uploads.clone().try_acquire_owned();
        place.map_err(|_| ApiError::unavailable("Too many uploads are under way: try again", 5))
    }

    /// What an upload of this user may be, as it looks now: it ends early what cannot end well.
    pub(super) async fn limits(&self, owner: Option<i64>) -> Result<Limits, ApiError> {
        let account = match owner {
            Some(owner) => self.database.account(owner, self.settings.quota_bytes).await?,
            None => None,
        };
        let room = account.map(|account| account.user.quota - account.user.used);
        let file = u64::try_from(self.settings.max_file_bytes).unwrap_or(0);
        Ok(Limits { file, room: room.map(|room| u64::try_from(room).unwrap_or(0)) })
    }

    /// A new file.
    pub(super) async fn add(&self, owner: Option<i64>, name: &FileName, staged: Staged) -> Result<File, ApiError> {
        in_time(async {
            let mut turn = self.database.turn().await?;
            check_name(&mut turn, owner, name, None).await?;
            let content = self.admit(&mut turn, owner, &staged, None).await?;
            let file = turn.add_file(owner, name, content, self.now()).await?;
            self.finish(turn, Some(staged)).await?;
            Ok(file)
        })
        .await
    }

    /// The next version of a file.
    pub(super) async fn change(
        &self,
        id: i64,
        person: Person,
        precondition: &Precondition,
        name: Option<FileName>,
        staged: Option<Staged>,
    ) -> Result<File, ApiError> {
        in_time(async {
            let mut turn = self.database.turn().await?;
            let before = turn.file(id).await?.filter(|file| person.sight().sees(file.user_id)).ok_or_else(no_file)?;
            precondition.check(&before.etag())?;
            let name = match name {
                Some(name) => name,
                // it was one when it was written
                None => before.name.parse().map_err(|_| no_file())?,
            };
            check_name(&mut turn, before.user_id, &name, Some(id)).await?;
            let content = match &staged {
                Some(staged) => Some(self.admit(&mut turn, before.user_id, staged, Some(&before)).await?),
                None => None,
            };
            if name.as_str() == before.name && content.as_ref().is_none_or(|new| new.sha256 == before.sha256) {
                // nothing is another: no version, and nothing to tell
                return Ok(before);
            }
            let file = turn.change_file(before, &name, content, self.now()).await?;
            self.finish(turn, staged).await?;
            Ok(file)
        })
        .await
    }

    /// Whether the owner has room for it, as all writers before have left it.
    async fn admit(
        &self,
        turn: &mut Turn,
        owner: Option<i64>,
        staged: &Staged,
        before: Option<&File>,
    ) -> Result<Content, ApiError> {
        let sha256 = staged.sha256().to_string();
        let size = i64::try_from(staged.size()).map_err(|_| over_quota())?;
        if let Some(owner) = owner {
            let account = turn.account(owner, self.settings.quota_bytes).await?.ok_or_else(no_user)?;
            let is_new = before.is_none_or(|before| before.sha256 != sha256);
            if is_new && account.user.used.saturating_add(size) > account.user.quota {
                return Err(over_quota());
            }
        }
        Ok(Content { sha256, size })
    }

    /// Move content to its place, and commit the version that has it.
    async fn finish(&self, mut turn: Turn, staged: Option<Staged>) -> Result<(), ApiError> {
        if let Some(staged) = staged {
            self.content.settle(staged, &mut turn).await?;
        }
        let committed = turn.commit().await;
        if committed.is_err() {
            // what was moved is content without a version, unless the commit was done and not confirmed
            self.upkeep.soon();
        }
        Ok(committed?)
    }
}

/// Two files of one owner cannot have names that nobody could tell apart.
async fn check_name(turn: &mut Turn, owner: Option<i64>, name: &FileName, own: Option<i64>) -> Result<(), ApiError> {
    match turn.namesake(owner, name).await? {
        Some(other) if Some(other) != own => {
            Err(ApiError::conflict(format!("There is a file of this name already: {other}")))
        }
        _ => Ok(()),
    }
}
