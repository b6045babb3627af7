//! A provider whose feed is read.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Line, ServiceId};

use super::{FeedUrl, NewProvider, Rule, Watch};

/// How a feed is announced. It is written down and decides nothing: the body is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FeedType {
    /// RSS or Atom.
    Rss,
    /// JSON.
    Json,
}

/// Who brought a provider in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The catalogue; a newer catalogue changes it.
    Catalogue,
    /// A person, or a person has changed it since.
    Person,
}

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Provider {
    /// Made of its first name, and never changed.
    #[schema(value_type = String, example = "github")]
    pub id: ServiceId,
    /// As people know it.
    #[schema(value_type = String, example = "GitHub", min_length = 1, max_length = 100)]
    pub name: Line<100>,
    /// Where its feed is.
    #[schema(value_type = String, example = "https://www.githubstatus.com/api/v2/summary.json")]
    pub feed_url: FeedUrl,
    /// How the feed is announced; it is recognised by its body.
    #[serde(rename = "type")]
    pub kind: FeedType,
    /// What of it concerns us.
    pub watch: Watch,
    /// When an event of it opens an incident; never, when absent.
    pub opens: Option<Rule>,
    /// Who brought it in.
    pub origin: Origin,
    /// In Unix seconds.
    #[schema(example = 1_700_000_000)]
    pub created_at: i64,
    /// When it was last changed.
    #[schema(example = 1_700_000_000)]
    pub updated_at: i64,
}

impl Provider {
    /// A new one.
    pub fn create(new: NewProvider, origin: Origin, now: i64) -> Self {
        let NewProvider { id, name, feed_url, kind, watch, opens } = new;
        Self { id, name, feed_url, kind, watch, opens, origin, created_at: now, updated_at: now }
    }

    /// The same provider, as a client or a newer catalogue wants it now.
    #[must_use]
    pub fn replaced_by(&self, new: NewProvider, origin: Origin, now: i64) -> Self {
        let id = self.id.clone();
        Self { id, created_at: self.created_at, ..Self::create(new, origin, now) }
    }
}

/// A provider of the catalogue that somebody took out: the next start does not bring it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The provider's id.
    pub id: ServiceId,
}
