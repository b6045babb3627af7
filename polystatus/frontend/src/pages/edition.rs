//! All pages of one moment.

use std::collections::HashMap;
use std::sync::Arc;

use store::Snapshot;

use super::page::Page;
use super::parts::Making;
use crate::known::Known;
use crate::texts::Lang;

/// A page that everybody reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Name {
    /// How things are now.
    Now,
    /// What went wrong, month by month.
    History,
    /// The cloud providers.
    Providers,
    /// The servers.
    Servers,
    /// How to be told.
    Subscribe,
    /// What this page is.
    About,
    /// Nothing.
    NotFound,
    /// An incident.
    Incident(String),
}

impl Name {
    /// Those that are always there.
    pub const FIXED: [Self; 7] =
        [Self::Now, Self::History, Self::Providers, Self::Servers, Self::Subscribe, Self::About, Self::NotFound];

    /// Its path; what is not there has none.
    pub fn path(&self) -> Option<String> {
        Some(match self {
            Self::Now => "/".to_owned(),
            Self::History => "/history".to_owned(),
            Self::Providers => "/providers".to_owned(),
            Self::Servers => "/servers".to_owned(),
            Self::Subscribe => "/subscribe".to_owned(),
            Self::About => "/about".to_owned(),
            Self::NotFound => return None,
            Self::Incident(id) => format!("/incidents/{id}"),
        })
    }

    /// Of its path.
    pub fn of_path(path: &str) -> Option<Self> {
        let fixed = Self::FIXED.into_iter().find(|name| name.path().as_deref() == Some(path));
        fixed.or_else(|| path.strip_prefix("/incidents/").map(|id| Self::Incident(id.to_owned())))
    }

    /// Whether it changes while somebody reads it.
    pub const fn is_followed(&self) -> bool {
        !matches!(self, Self::Subscribe | Self::NotFound)
    }
}

/// All pages of one moment, in every language.
#[derive(Debug, Default)]
pub struct Edition {
    pages: HashMap<(Name, Lang), Arc<Page>>,
}

impl Edition {
    /// The one after `before`, of what is known now.
    pub fn after(before: &Self, known: &Known, days: &Snapshot, making: &Making) -> Self {
        let incidents = known.incidents().iter().map(|incident| Name::Incident(incident.id.clone()));
        let names: Vec<Name> = Name::FIXED.into_iter().chain(incidents).collect();
        let mut pages = HashMap::with_capacity(names.len() * Lang::ALL.len());
        for lang in Lang::ALL {
            for name in &names {
                let (frame, parts) = making.page(name, lang, known, days);
                let key = (name.clone(), lang);
                let page = Page::after(before.pages.get(&key), frame, parts);
                pages.insert(key, page);
            }
        }
        Self { pages }
    }

    /// A page; none when there is no such incident.
    pub fn page(&self, name: Name, lang: Lang) -> Option<&Arc<Page>> {
        self.pages.get(&(name, lang))
    }
}
