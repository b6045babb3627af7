//! What peers answered last, where everybody reads it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use bytes::Bytes;
use tokio::sync::watch;

use super::{Source, Standing, Topic};
use crate::model::{Banner, Incident, Reports, Work};
use crate::pages::Body;
use crate::read::{self, CatalogueEntry, ProviderEvent, ProviderHistory, ReadError, Servers, Summary};

/// What an answer says, as far as pages are made of it.
#[derive(Debug, Clone)]
pub enum Facts {
    /// Of [`Topic::Summary`].
    Summary(Summary),
    /// Of [`Topic::Incidents`].
    Incidents(Vec<Arc<Incident>>),
    /// Of [`Topic::Works`].
    Works(Vec<Work>),
    /// Of [`Topic::Banner`].
    Banner(Option<Banner>),
    /// Of [`Topic::Catalogue`].
    Catalogue(Vec<CatalogueEntry>),
    /// Of [`Topic::Reports`].
    Reports(Reports),
    /// Of [`Topic::Providers`].
    Providers(Vec<crate::model::Provider>),
    /// Of [`Topic::ProviderDays`].
    ProviderDays(Vec<ProviderHistory>),
    /// Of [`Topic::ProviderEvents`].
    ProviderEvents(Vec<ProviderEvent>),
    /// Of [`Topic::Servers`].
    Servers(Servers),
    /// Passed on as it is.
    PassedOn,
}

/// A good answer.
#[derive(Debug)]
pub struct Answer {
    /// As it came, ready to be passed on.
    pub body: Body,
    /// Under which the peer knows this version.
    pub etag: Option<String>,
    /// What it says.
    pub facts: Facts,
}

impl Answer {
    /// What a peer answered.
    ///
    /// # Errors
    /// When it is no answer to this question.
    pub fn read(topic: &Topic, body: Bytes, etag: Option<String>) -> Result<Self, ReadError> {
        let facts = match topic {
            Topic::Summary => Facts::Summary(read::summary(&body)?),
            Topic::Incidents => Facts::Incidents(read::incidents(&body)?.into_iter().map(Arc::new).collect()),
            Topic::Works => Facts::Works(read::works(&body)?),
            Topic::Banner if body.is_empty() => Facts::Banner(None),
            Topic::Banner => Facts::Banner(read::banner(&body)?),
            Topic::Catalogue => Facts::Catalogue(read::catalogue(&body)?),
            Topic::Reports(_) => Facts::Reports(read::reports(&body)?),
            Topic::Providers => Facts::Providers(read::providers(&body)?),
            Topic::ProviderDays => Facts::ProviderDays(read::provider_days(&body)?),
            Topic::ProviderEvents => Facts::ProviderEvents(read::provider_events(&body)?),
            Topic::Servers => Facts::Servers(read::servers(&body)?),
            Topic::Atom => passed_on(&body, b"<feed")?,
            Topic::Rss => passed_on(&body, b"<rss")?,
            Topic::Badge(_) => passed_on(&body, b"<svg")?,
            Topic::Status | Topic::Components | Topic::Unresolved | Topic::Upcoming | Topic::Active => {
                serde_json::from_slice::<serde::de::IgnoredAny>(&body)?;
                Facts::PassedOn
            }
        };
        Ok(Self { body: Body::of(body), etag, facts })
    }
}

/// What is no JSON is looked at no closer than this: browsers are told to run nothing of it.
fn passed_on(body: &Bytes, element: &'static [u8]) -> Result<Facts, ReadError> {
    let is_one = str::from_utf8(body).is_ok() && body.windows(element.len()).take(1000).any(|part| part == element);
    if is_one { Ok(Facts::PassedOn) } else { Err(ReadError::Other(str::from_utf8(element).unwrap_or_default())) }
}

/// Everything that is known at one moment.
#[derive(Debug, Clone, Default)]
pub struct Known {
    answers: BTreeMap<Topic, Arc<Answer>>,
    standings: BTreeMap<Source, Standing>,
}

impl Known {
    /// The last good answer to this question.
    pub fn answer(&self, topic: &Topic) -> Option<&Arc<Answer>> {
        self.answers.get(topic)
    }

    /// Every answer.
    pub fn answers(&self) -> impl Iterator<Item = (&Topic, &Arc<Answer>)> {
        self.answers.iter()
    }

    /// What is known of a source itself.
    pub fn standing(&self, source: Source) -> Standing {
        self.standings.get(&source).copied().unwrap_or_default()
    }

    /// What every page needs.
    pub fn summary(&self) -> Option<&Summary> {
        match &self.answer(&Topic::Summary)?.facts {
            Facts::Summary(summary) => Some(summary),
            _ => None,
        }
    }

    /// Incidents, the newest first.
    pub fn incidents(&self) -> &[Arc<Incident>] {
        match self.answer(&Topic::Incidents).map(|answer| &answer.facts) {
            Some(Facts::Incidents(incidents)) => incidents,
            _ => &[],
        }
    }

    /// Planned work, what begins first, first.
    pub fn works(&self) -> &[Work] {
        match self.answer(&Topic::Works).map(|answer| &answer.facts) {
            Some(Facts::Works(works)) => works,
            _ => &[],
        }
    }

    /// The text above every page, whether or not its time has come.
    pub fn banner(&self) -> Option<&Banner> {
        match &self.answer(&Topic::Banner)?.facts {
            Facts::Banner(banner) => banner.as_ref(),
            _ => None,
        }
    }

    /// What can be reported.
    pub fn catalogue(&self) -> &[CatalogueEntry] {
        match self.answer(&Topic::Catalogue).map(|answer| &answer.facts) {
            Some(Facts::Catalogue(entries)) => entries,
            _ => &[],
        }
    }

    /// What people report of this service of the catalogue.
    pub fn reports(&self, id: &str) -> Option<&Reports> {
        match &self.answer(&Topic::Reports(id.to_owned()))?.facts {
            Facts::Reports(reports) => Some(reports),
            _ => None,
        }
    }

    /// The cloud providers, each with what it tells and its days.
    pub fn providers(&self) -> Vec<crate::model::Provider> {
        let facts = |topic| self.answer(&topic).map(|answer| &answer.facts);
        let Some(Facts::Providers(providers)) = facts(Topic::Providers) else { return Vec::new() };
        let mut providers = providers.clone();
        for provider in &mut providers {
            if let Some(Facts::ProviderEvents(events)) = facts(Topic::ProviderEvents) {
                let own = events.iter().filter(|event| event.provider == provider.id);
                provider.events = own.map(|event| event.title.clone()).collect();
            }
            if let Some(Facts::ProviderDays(histories)) = facts(Topic::ProviderDays)
                && let Some(own) = histories.iter().find(|history| history.provider == provider.id)
            {
                provider.days.clone_from(&own.days);
            }
        }
        providers
    }

    /// The servers, once they were told.
    pub fn servers(&self) -> Option<&Servers> {
        match &self.answer(&Topic::Servers)?.facts {
            Facts::Servers(servers) => Some(servers),
            _ => None,
        }
    }
}

/// Where it is published.
#[derive(Debug)]
pub struct Memory {
    known: ArcSwap<Known>,
    // std's, not tokio's: it is held for a few instructions and never across an await
    writing: Mutex<()>,
    changed: watch::Sender<u64>,
}

impl Memory {
    /// With what was kept.
    pub fn new(answers: BTreeMap<Topic, Arc<Answer>>, standings: BTreeMap<Source, Standing>) -> Self {
        let known = ArcSwap::from_pointee(Known { answers, standings });
        Self { known, writing: Mutex::new(()), changed: watch::Sender::new(0) }
    }

    /// What is known now.
    pub fn read(&self) -> Arc<Known> {
        self.known.load_full()
    }

    /// Told each time something is known otherwise.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Take what a source answered: new answers, and questions of which it knows nothing any more.
    pub fn take(&self, answers: Vec<(Topic, Option<Answer>)>) {
        if answers.is_empty() {
            return;
        }
        self.change(|known| {
            for (topic, answer) in answers {
                match answer {
                    Some(answer) => drop(known.answers.insert(topic, Arc::new(answer))),
                    None => drop(known.answers.remove(&topic)),
                }
            }
            true
        });
    }

    /// Note whether a source has answered, at this time. Readers are told when that is another than before.
    pub fn note(&self, source: Source, answers: bool, now: i64) {
        self.change(|known| {
            let standing = known.standings.entry(source).or_default();
            let turned = standing.answers != answers || standing.as_of.is_none();
            standing.answers = answers;
            if answers {
                standing.as_of = Some(now);
            }
            turned
        });
    }

    fn change(&self, change: impl FnOnce(&mut Known) -> bool) {
        // no code that could panic runs under the lock
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = Known::clone(&self.known.load());
        let tell = change(&mut known);
        self.known.store(Arc::new(known));
        drop(writing);
        if tell {
            self.changed.send_modify(|number| *number += 1);
        }
    }
}
