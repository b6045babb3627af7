//! What a feed says, in the words of all providers.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::State;

/// How a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Atlassian Statuspage, `/api/v2/…`, and those who imitate it.
    Statuspage,
    /// The public events of AWS: UTF-16.
    Aws,
    /// Google Cloud's and Google Workspace's `incidents.json`.
    Google,
    /// Azure's RSS.
    Azure,
    /// Slack, API 2.
    Slack,
    /// Heroku, API 4.
    Heroku,
    /// Instatus, `/summary.json`.
    Instatus,
    /// Better Stack, `/index.json`.
    BetterStack,
    /// Status.io, `/1.0/status/…`.
    StatusIo,
    /// RSS 2.0 of anybody.
    Rss,
    /// Atom of anybody.
    Atom,
}

impl Format {
    /// Whether its feed holds what is over too. Such a feed is never empty: one that is says nothing.
    pub const fn keeps_history(self) -> bool {
        matches!(self, Self::Google | Self::Rss | Self::Atom)
    }

    /// Whether what is concerned stands in the title alone.
    pub const fn names_in_titles(self) -> bool {
        matches!(self, Self::Rss | Self::Atom)
    }

    /// Whether places have a list of their own.
    pub const fn tells_places_apart(self) -> bool {
        matches!(self, Self::Aws | Self::Google | Self::StatusIo)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Statuspage => "Statuspage",
            Self::Aws => "AWS events",
            Self::Google => "Google incidents",
            Self::Azure => "Azure RSS",
            Self::Slack => "Slack",
            Self::Heroku => "Heroku",
            Self::Instatus => "Instatus",
            Self::BetterStack => "Better Stack",
            Self::StatusIo => "Status.io",
            Self::Rss => "RSS",
            Self::Atom => "Atom",
        })
    }
}

/// Where a statement about the provider comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// What the provider says of itself as a whole.
    Indicator,
    /// An incident that goes on.
    Incident,
    /// Planned work that goes on.
    Maintenance,
    /// A component.
    Component,
}

/// One statement of how something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Whose statement it is.
    pub source: Source,
    /// Of what: a component's name; empty for the indicator.
    pub name: String,
    /// The provider's own words.
    pub native: String,
    /// The same in ours.
    pub state: State,
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Something went wrong.
    Incident,
    /// Planned work.
    Maintenance,
}

/// An incident or planned work, as the provider tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Tells it from the provider's others.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// In one line.
    pub title: String,
    /// What it concerns: components, products.
    pub services: Vec<String>,
    /// Where.
    pub regions: Vec<String>,
    /// The provider's own words for where it stands and how bad it is.
    pub native: String,
    /// How bad it is, or was.
    pub state: State,
    /// Whether it goes on; `None` when the feed does not say.
    pub active: Option<bool>,
    /// When it began, in Unix seconds.
    pub started: Option<i64>,
    /// When the provider said the last about it.
    pub updated: Option<i64>,
    /// When it was over.
    pub ended: Option<i64>,
    /// Where people read about it.
    pub url: Option<String>,
    /// What the provider said last.
    pub message: String,
}

/// What a feed says. What ticks by itself, such as the time at which the page was made, is left out: two readings are
/// equal when the provider has said nothing new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// How it is written.
    pub format: Format,
    /// The provider's own name for the page.
    pub title: String,
    /// The words of the page about itself as a whole, for people.
    pub description: String,
    /// What the page says of itself and of its components.
    pub evidence: Vec<Evidence>,
    /// What happens, has happened or will happen.
    pub incidents: Vec<Incident>,
    /// Whether an incident that is not in it is over.
    pub lists_all_open: bool,
}

/// Characters of a name, a title and a message at most: what a provider writes is kept, and must not fill a disk.
const LONGEST_NAME: usize = 200;
const LONGEST_MESSAGE: usize = 2000;

/// Names of components and places for one incident at most.
const MOST_NAMES: usize = 200;

impl Reading {
    /// The same, with texts of bounded length, without markup and control characters, and in one order.
    #[must_use]
    pub(super) fn tidy(mut self) -> Self {
        self.title = line(&self.title);
        self.description = line(&self.description);
        for evidence in &mut self.evidence {
            evidence.name = line(&evidence.name);
            evidence.native = line(&evidence.native);
        }
        for incident in &mut self.incidents {
            incident.tidy();
        }
        self
    }
}

impl Incident {
    fn tidy(&mut self) {
        self.id = line(&self.id);
        self.title = line(&super::markup::text(&self.title));
        self.native = line(&self.native);
        self.message = shortened(&super::markup::text(&self.message), LONGEST_MESSAGE);
        for names in [&mut self.services, &mut self.regions] {
            names.truncate(MOST_NAMES);
            for name in names.iter_mut() {
                *name = line(name);
            }
            names.retain(|name| !name.is_empty());
            names.sort_unstable();
            names.dedup();
        }
        // what is shown as a link must be one
        self.url = self.url.take().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        self.url = self.url.take().filter(|url| url.len() <= 2000 && !url.contains(char::is_whitespace));
    }
}

/// One line without control characters.
fn line(text: &str) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    shortened(&words.join(" "), LONGEST_NAME)
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}
