//! What a feed says, in the words of all providers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lifecycle;
use crate::fingerprint;
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

    /// Whether an incident is over by the time of its end, and not by a word for its stage: the end may lie ahead.
    pub const fn ends_by_time(self) -> bool {
        matches!(self, Self::Aws | Self::Google | Self::BetterStack)
    }

    /// Whether it tells texts and times and nothing else.
    pub const fn is_plain(self) -> bool {
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
        self.incidents = each_once(self.incidents);
        self
    }

    /// How many components the page has.
    pub fn components(&self) -> usize {
        self.evidence.iter().filter(|evidence| evidence.source == Source::Component).count()
    }
}

/// The id of an item that has none but an address, which may be that of the page: whatever comes and goes beside it, the
/// title is its own.
pub(super) fn id_of_address(address: &str, title: &str) -> String {
    let title = line(&super::markup::text(title));
    with_title(address, lifecycle::without_stage(&title))
}

fn with_title(id: &str, title: &str) -> String {
    format!("{id} {}", fingerprint::of(title.as_bytes()))
}

/// Each event once. Of several with the same id and title the newest counts, since some feeds have an entry for each update.
/// With the same id and different titles they are different events: such ids are taken for addresses of the page.
fn each_once(mut incidents: Vec<Incident>) -> Vec<Incident> {
    let mut titles: HashMap<&str, Option<&str>> = HashMap::new();
    for incident in &incidents {
        let title = Some(incident.name());
        // `None`: more than one
        titles
            .entry(&incident.id)
            .and_modify(|known| *known = known.filter(|known| Some(*known) == title))
            .or_insert(title);
    }
    let shared = |incident: &Incident| titles.get(incident.id.as_str()).is_some_and(Option::is_none);
    let shared: Vec<bool> = incidents.iter().map(shared).collect();
    for (incident, _) in incidents.iter_mut().zip(shared).filter(|(_, shared)| *shared) {
        incident.id = incident.id_with_title();
    }
    let (mut places, mut kept) = (HashMap::new(), Vec::<Incident>::with_capacity(incidents.len()));
    for incident in incidents {
        match places.entry(incident.id.clone()) {
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push(incident);
            }
            Entry::Occupied(place) => {
                let known = &mut kept[*place.get()];
                if incident.supersedes(known) {
                    *known = incident;
                }
            }
        }
    }
    kept
}

impl Incident {
    fn tidy(&mut self) {
        self.title = line(&super::markup::text(&self.title));
        self.id = self.id.trim().to_owned();
        if self.id.is_empty() {
            // a name with its beginning is nearly as good
            self.id = format!("{} {}", self.name(), self.started.unwrap_or_default());
        }
        // not shortened: two long addresses differ in what would be cut off
        if self.id.len() > LONGEST_NAME || self.id.contains(char::is_control) {
            self.id = fingerprint::of(self.id.as_bytes());
        }
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

    /// The title without the stage that it may begin with.
    fn name(&self) -> &str {
        lifecycle::without_stage(&self.title)
    }

    fn id_with_title(&self) -> String {
        with_title(&self.id, self.name())
    }

    /// The id that it has when another item shares its own, or has when none does any more.
    pub fn other_id(&self) -> String {
        let bare = self.id.strip_suffix(&fingerprint::of(self.name().as_bytes())).and_then(|id| id.strip_suffix(' '));
        bare.map_or_else(|| self.id_with_title(), str::to_owned)
    }

    /// Whether a title is that of this, but for the stage.
    pub fn is_called(&self, title: &str) -> bool {
        lifecycle::without_stage(title) == self.name()
    }

    /// When the provider said the last about it.
    pub fn last_word(&self) -> Option<i64> {
        self.updated.or(self.started)
    }

    /// Whether this is the newer of two that tell of one event. Where no time decides, the one that goes on counts.
    fn supersedes(&self, other: &Self) -> bool {
        match (self.last_word(), other.last_word()) {
            (Some(ours), Some(theirs)) if ours != theirs => ours > theirs,
            _ => self.active != Some(false) && other.active == Some(false),
        }
    }
}

/// One line without control characters, of bounded length.
pub(super) fn line(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(id: &str, title: &str, active: bool, updated: Option<i64>) -> Incident {
        Incident {
            id: id.to_owned(),
            kind: Kind::Incident,
            title: title.to_owned(),
            services: Vec::new(),
            regions: Vec::new(),
            native: String::new(),
            state: State::Degraded,
            active: Some(active),
            started: Some(1),
            updated,
            ended: None,
            url: None,
            message: String::new(),
        }
    }

    fn tidied(incidents: Vec<Incident>) -> Vec<(String, Option<bool>)> {
        let (title, description, evidence) = (String::new(), String::new(), Vec::new());
        let reading = Reading { format: Format::Rss, title, description, evidence, incidents, lists_all_open: false };
        reading.tidy().incidents.into_iter().map(|incident| (incident.id, incident.active)).collect()
    }

    #[test]
    fn of_two_that_tell_of_one_event_the_newer_counts() {
        let (old, new) = (incident("a", "Fog", true, Some(5)), incident("a", "Fog", false, Some(9)));
        for both in [[old.clone(), new.clone()], [new, old]] {
            assert_eq!(tidied(both.into()), [("a".to_owned(), Some(false))]);
        }
        let (over, open) = (incident("a", "Fog", false, None), incident("a", "Fog", true, Some(1)));
        assert_eq!(tidied(vec![over, open]), [("a".to_owned(), Some(true))], "without a time what goes on counts");
    }

    #[test]
    fn two_events_of_one_id_or_of_none_are_two() {
        let (fog, ice) = (incident("/", "Fog", true, None), incident("/", "Ice", false, None));
        let both = tidied(vec![fog, ice]);
        assert!(both.len() == 2 && both[0].0 != both[1].0, "{both:?}");
        let nameless = tidied(vec![incident(" ", "Fog", true, None), incident("", "Ice", false, None)]);
        assert_eq!(nameless, [("Fog 1".to_owned(), Some(true)), ("Ice 1".to_owned(), Some(false))]);
        let long = |end: &str| incident(&format!("{}{end}", "x".repeat(300)), "Fog", true, None);
        assert_eq!(tidied(vec![long("1"), long("2")]).len(), 2);
    }
}
