//! What uploads have in common: whose place, limits, and the turn in which what was sent becomes a version.

use std::cell::Cell;

use actix_web::HttpRequest;
use chassis::ApiError;
use chassis::preconditions::Precondition;

use super::{no_file, no_user};
use crate::DocumentsApi;
use crate::content::Staged;
use crate::database::{Content, Turn};
use crate::model::{File, FileName};
use crate::person::Person;
use crate::places::Holder;
use crate::upload::{Limits, over_quota};

impl DocumentsApi {
    /// Under whom places are counted.
    pub(super) fn holder(&self, person: Person, request: &HttpRequest) -> Holder {
        let from = || self.settings.trusted_proxies.client_of(request).subscriber();
        person.user_id.map_or_else(|| Holder::Address(from()), Holder::User)
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
        let moved = Cell::new(false);
        let added = self.database.in_turn(async |turn| {
            check_name(turn, owner, name, None).await?;
            let content = self.admit(turn, owner, &staged, None).await?;
            let file = turn.add_file(owner, name, content, self.now()).await?;
            moved.set(true);
            self.content.settle(staged, turn).await?;
            Ok(file)
        });
        self.swept_if_in_vain(added.await, &moved)
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
        let moved = Cell::new(false);
        let changed = self.database.in_turn(async |turn| {
            let before = turn.file(id).await?.filter(|file| person.sight().sees(file.user_id)).ok_or_else(no_file)?;
            precondition.check(&before.etag())?;
            let name = match name {
                Some(name) => name,
                // it was one when it was written
                None => before.name.parse().map_err(|_| no_file())?,
            };
            check_name(turn, before.user_id, &name, Some(id)).await?;
            let content = match &staged {
                Some(staged) => Some(self.admit(turn, before.user_id, staged, Some(&before)).await?),
                None => None,
            };
            let is_same =
                name.as_str() == before.name && content.as_ref().is_none_or(|new| new.sha256 == before.sha256);
            // where nothing is another there is no version, and nothing to tell
            let file = if is_same { before } else { turn.change_file(before, &name, content, self.now()).await? };
            if let Some(staged) = staged {
                moved.set(true);
                self.content.settle(staged, turn).await?;
            }
            Ok(file)
        });
        self.swept_if_in_vain(changed.await, &moved)
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

    /// What was moved for a version that is not there is content without one, unless the commit was done and not confirmed.
    fn swept_if_in_vain<T>(&self, done: Result<T, ApiError>, moved: &Cell<bool>) -> Result<T, ApiError> {
        if done.is_err() && moved.get() {
            self.upkeep.soon();
        }
        done
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
