//! What a client may want of the inventory, and what becomes of it. Pure: no clock, no database, no network.

use chassis::ApiError;
use chassis::error::Detail;
use chassis::preconditions::Precondition;
use serde::Serialize;
use utoipa::ToSchema;

use crate::etag;
use crate::import::Line;
use crate::model::{Action, Change, FieldChange, Hostname, NewServer, Server, ServerPatch};
use crate::snapshot::Snapshot;
use crate::storage::Recorded;

/// Something that a client wants changed.
#[derive(Debug)]
pub enum Command {
    /// Add a server.
    Create(NewServer),
    /// Put another in its place.
    Replace(i64, Precondition, NewServer),
    /// Change some of its fields.
    Update(i64, Precondition, ServerPatch),
    /// Take it out.
    Delete(i64, Precondition),
    /// Add or change many servers, all or none.
    Import(Vec<Line>, OnExisting),
}

/// What an import does with a host name that is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum OnExisting {
    /// Refuse the whole file.
    #[default]
    Reject,
    /// Bring the server to what the file says. What it says nothing of, such as a column that it lacks, stays.
    Update,
}

impl std::str::FromStr for OnExisting {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "reject" => Ok(Self::Reject),
            "update" => Ok(Self::Update),
            _ => Err("must be reject or update"),
        }
    }
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server as it is now.
    Server(Box<Server>),
    /// It is gone.
    Deleted,
    /// Every line was taken.
    Imported(ImportReport),
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportReport {
    /// Servers that were added.
    pub created: usize,
    /// Servers that were changed.
    pub updated: usize,
    /// Servers that were as the file says already.
    pub unchanged: usize,
}

/// Why a command was refused. Nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// There is no such server.
    #[error("Server not found")]
    NotFound,
    /// Another server has that name.
    #[error("There is already a server with the hostname {0}")]
    HostnameTaken(Hostname),
    /// What is asked breaks a rule, or a demand on the present version.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::not_found("Server not found"),
            Refusal::HostnameTaken(_) => {
                let detail = Detail::new("hostname", "is taken by another server");
                Self::conflict(refusal.to_string()).with_details(vec![detail])
            }
            Refusal::Api(error) => error,
        }
    }
}

/// The next state of the inventory while it is worked out: seen by nobody until it is committed.
#[derive(Clone)]
pub struct Draft {
    /// The inventory with the changes in it.
    pub snapshot: Snapshot,
    now: i64,
}

impl Draft {
    /// Begin with this state, at this time.
    pub const fn on(snapshot: Snapshot, now: i64) -> Self {
        Self { snapshot, now }
    }

    /// Carry out a command for `actor`. The changes are added to `changes`, also when it is refused half-way: the
    /// caller then throws this draft and those changes away.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn carry_out(
        &mut self,
        command: &Command,
        actor: &str,
        changes: &mut Vec<Recorded>,
    ) -> Result<Outcome, Refusal> {
        let mut record = |draft: &mut Self, action, before: Option<&Server>, after: Option<&Server>| {
            changes.push(draft.record(actor, action, before, after));
        };
        match command {
            Command::Create(new) => {
                let server = self.create(new.clone(), &mut record)?;
                Ok(Outcome::Server(Box::new(server)))
            }
            Command::Replace(id, precondition, new) => {
                let before = self.current(*id, precondition)?;
                self.replace(&before, new.clone(), &mut record).map(|server| Outcome::Server(Box::new(server)))
            }
            Command::Update(id, precondition, patch) => {
                let before = self.current(*id, precondition)?;
                let new = patch.apply_to(&before).map_err(ApiError::invalid)?;
                self.replace(&before, new, &mut record).map(|server| Outcome::Server(Box::new(server)))
            }
            Command::Delete(id, precondition) => {
                let before = self.current(*id, precondition)?;
                record(self, Action::Deleted, Some(&before), None);
                Ok(Outcome::Deleted)
            }
            Command::Import(lines, on_existing) => self.import(lines, *on_existing, &mut record).map(Outcome::Imported),
        }
    }

    fn current(&self, id: i64, precondition: &Precondition) -> Result<Server, Refusal> {
        let server = &self.snapshot.get(id).ok_or(Refusal::NotFound)?.server;
        precondition.check(&etag::of_server(server))?;
        Ok(server.clone())
    }

    fn create(&mut self, new: NewServer, record: &mut Record<'_>) -> Result<Server, Refusal> {
        if self.snapshot.named(&new.hostname).is_some() {
            return Err(Refusal::HostnameTaken(new.hostname));
        }
        let server = Server::create(self.snapshot.next_id, new, self.now);
        record(self, Action::Created, None, Some(&server));
        Ok(server)
    }

    fn replace(&mut self, before: &Server, new: NewServer, record: &mut Record<'_>) -> Result<Server, Refusal> {
        if self.snapshot.named(&new.hostname).is_some_and(|other| other.server.id != before.id) {
            return Err(Refusal::HostnameTaken(new.hostname));
        }
        let after = before.replaced_by(new, self.now);
        if after != *before {
            record(self, Action::Updated, Some(before), Some(&after));
        }
        Ok(after)
    }

    fn import(
        &mut self,
        lines: &[Line],
        on_existing: OnExisting,
        record: &mut Record<'_>,
    ) -> Result<ImportReport, Refusal> {
        let mut report = ImportReport::default();
        let mut taken = Vec::new();
        for Line { number, new, patch } in lines {
            match self.snapshot.named(&new.hostname).map(|entry| entry.server.clone()) {
                None => {
                    self.create(new.clone(), record)?;
                    report.created += 1;
                }
                Some(_) if on_existing == OnExisting::Reject => {
                    taken.push(Detail::new("hostname", format!("{} is there already", new.hostname)).on_line(*number));
                }
                Some(before) => {
                    let new = patch.apply_to(&before).map_err(ApiError::invalid)?;
                    let after = self.replace(&before, new, record)?;
                    if after == before { report.unchanged += 1 } else { report.updated += 1 }
                }
            }
        }
        if taken.is_empty() {
            return Ok(report);
        }
        let message =
            "Some hostnames are there already; with on_existing=update they are brought to what the file says";
        Err(ApiError::conflict(message).with_details(taken).into())
    }

    /// Put a change into the snapshot, and note it.
    fn record(&mut self, actor: &str, action: Action, before: Option<&Server>, after: Option<&Server>) -> Recorded {
        let server_id = before.or(after).map_or(0, |server| server.id);
        let change = Change {
            revision: self.snapshot.revision + 1,
            server_id,
            at: self.now,
            actor: actor.to_owned(),
            action,
            changes: FieldChange::between(before, after),
        };
        let recorded = Recorded { change, after: after.cloned() };
        self.snapshot.apply(&recorded);
        recorded
    }
}

type Record<'a> = dyn FnMut(&mut Draft, Action, Option<&Server>, Option<&Server>) + 'a;

impl Snapshot {
    /// Follow a change that was made here or elsewhere.
    pub fn apply(&mut self, recorded: &Recorded) {
        let id = recorded.change.server_id;
        match &recorded.after {
            Some(server) => self.put(server.clone()),
            None => self.remove(id),
        }
        self.revision = recorded.change.revision;
        self.next_id = self.next_id.max(id + 1);
    }
}

#[cfg(test)]
mod tests;
