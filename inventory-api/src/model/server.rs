//! A server, and what happens to it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Address, Hostname, Status, Tag};

/// A server of the inventory. The first four fields, in this order, are the course's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Server {
    /// Given at creation, counted from 1; never given again.
    #[schema(example = 1, minimum = 1)]
    pub id: i64,
    /// Host name (RFC 1123), in lower case; no two servers have the same.
    #[schema(value_type = String, example = "web-prod-01")]
    pub hostname: Hostname,
    /// IPv4 or IPv6 address.
    #[schema(value_type = String, example = "10.0.0.1")]
    pub ip: Address,
    /// How it is doing.
    pub status: Status,
    /// Words by which servers are grouped, sorted.
    #[schema(value_type = Vec<String>, example = json!(["prod", "web"]))]
    pub tags: BTreeSet<Tag>,
    /// What people should know of it.
    #[schema(example = "The shop's front end")]
    pub description: String,
    /// When it was added, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub created_at: i64,
    /// When it was last changed, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
    /// How many times it was written, from 1; its `ETag` is this number in quotes.
    #[schema(example = 1, minimum = 1)]
    pub version: i64,
}

/// What a client decides of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewServer {
    /// Host name.
    pub hostname: Hostname,
    /// Address.
    pub ip: Address,
    /// How it is doing.
    pub status: Status,
    /// Words by which servers are grouped.
    pub tags: BTreeSet<Tag>,
    /// What people should know of it.
    pub description: String,
}

impl Server {
    /// The first version of a new server.
    pub fn create(id: i64, new: NewServer, now: i64) -> Self {
        let NewServer { hostname, ip, status, tags, description } = new;
        Self { id, hostname, ip, status, tags, description, created_at: now, updated_at: now, version: 1 }
    }

    /// The next version of this one; the same one when nothing differs.
    #[must_use]
    pub fn replaced_by(&self, new: NewServer, now: i64) -> Self {
        if self.decided() == new {
            return self.clone();
        }
        let next = Self::create(self.id, new, now);
        Self { created_at: self.created_at, version: self.version + 1, ..next }
    }

    /// What its client decided.
    pub fn decided(&self) -> NewServer {
        NewServer {
            hostname: self.hostname.clone(),
            ip: self.ip,
            status: self.status,
            tags: self.tags.clone(),
            description: self.description.clone(),
        }
    }
}

/// What was done to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It was added.
    Created,
    /// Something of it was changed.
    Updated,
    /// It was removed.
    Deleted,
}

impl Action {
    /// The word for it in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

/// One entry of the history: who changed what, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// Its place among all changes of the inventory, from 1, without a gap.
    #[schema(example = 3, minimum = 1)]
    pub revision: i64,
    /// The server.
    #[schema(example = 1)]
    pub server_id: i64,
    /// When, in Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub at: i64,
    /// Who: a user's id, `api-token`, or `course` for the servers of a new database.
    #[schema(example = "api-token")]
    pub actor: String,
    /// What was done.
    pub action: Action,
    /// Which fields differ from before.
    pub changes: Vec<FieldChange>,
}

/// A field before and after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    /// The field's name.
    #[schema(example = "status")]
    pub field: String,
    /// Its value before; `null` when there was none.
    #[schema(value_type = Value, nullable, example = "up")]
    pub from: Value,
    /// Its value after; `null` when there is none.
    #[schema(value_type = Value, nullable, example = "down")]
    pub to: Value,
}

impl FieldChange {
    /// What a client decided of a server, before and after.
    pub fn between(before: Option<&Server>, after: Option<&Server>) -> Vec<Self> {
        // through JSON, since that is how history shows it
        let field = |server: Option<&Server>, name: &str| {
            server
                .and_then(|server| serde_json::to_value(server).ok()?.get_mut(name).map(Value::take))
                .unwrap_or_default()
        };
        ["hostname", "ip", "status", "tags", "description"]
            .into_iter()
            .map(|name| Self { field: name.to_owned(), from: field(before, name), to: field(after, name) })
            .filter(|change| change.from != change.to)
            .collect()
    }
}
