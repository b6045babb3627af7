//! Pages that are ready to be sent.

use actix_web::http::header::EntityTag;
use bytes::Bytes;
use serde::Serialize;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use store::{PerRevision, Snapshot};

use chassis::cursor::DEFAULT_LIMIT;

use super::public::PublicIncident;
use super::statuspage::Statuspage;
use super::{View, badge, feed};
use crate::model::Edition;
use crate::settings::Settings;

/// A page that everybody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// `/api/v2/summary.json`
    Summary,
    /// `/api/v2/status.json`
    Status,
    /// `/api/v2/components.json`
    Components,
    /// `/api/v2/incidents.json`
    Incidents,
    /// `/api/v2/incidents/unresolved.json`
    Unresolved,
    /// `/api/v2/scheduled-maintenances.json`
    Maintenances,
    /// `/api/v2/scheduled-maintenances/upcoming.json`
    Upcoming,
    /// `/api/v2/scheduled-maintenances/active.json`
    Active,
    /// `/history.atom`
    Atom,
    /// `/history.rss`
    Rss,
    /// `/api/v1/public/status`
    Public,
}

const PAGES: usize = 11;

/// A page, ready to be sent. A clone costs nothing.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Its body.
    pub body: Bytes,
    /// Changes with it.
    pub etag: EntityTag,
    /// Behind which item the next page begins, where there is one.
    pub next: Option<String>,
}

impl Rendered {
    /// With a tag of its own.
    pub fn of(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        // weak: two programs of different versions may hash differently, and then send the body once more
        Self { etag: EntityTag::new_weak(format!("{:016x}", hasher.finish())), body, next: None }
    }

    fn json(page: &impl Serialize) -> Self {
        Self::of(serde_json::to_vec(page).expect("a page is plain data"))
    }
}

/// All pages, each made when the first reader of an edition asks; and what they are made of, for lists that each reader
/// may want another part of.
#[derive(Debug)]
pub struct Pages {
    settings: Settings,
    view: PerRevision<View>,
    kept: [PerRevision<Rendered>; PAGES],
    badges: PerRevision<HashMap<String, Rendered>>,
}

/// The edition of these documents.
pub fn edition(snapshot: &Snapshot) -> u64 {
    snapshot.get::<Edition>(Edition::KEY).map_or(0, |edition| edition.version)
}

impl Pages {
    /// Pages of a service with these settings.
    pub fn new(settings: Settings) -> Self {
        let kept = std::array::from_fn(|_| PerRevision::default());
        Self { settings, view: PerRevision::default(), kept, badges: PerRevision::default() }
    }

    /// What the public sees now.
    pub fn view(&self, snapshot: &Snapshot) -> Arc<(u64, View)> {
        self.view.at(edition(snapshot), || View::of(snapshot))
    }

    /// The badge of the component with this id.
    pub fn badge(&self, snapshot: &Snapshot, id: &str) -> Option<Rendered> {
        let badges = self.badges.at(edition(snapshot), || {
            let view = &self.view(snapshot).1;
            let badges = view.components().into_iter().map(|component| {
                let picture = badge::badge(&component.name, view.status_of(&component.id));
                (component.id.to_string(), Rendered::of(picture))
            });
            badges.collect()
        });
        badges.1.get(id).cloned()
    }

    /// A page as it is now.
    pub fn get(&self, snapshot: &Snapshot, page: Page) -> Arc<(u64, Rendered)> {
        self.kept[page as usize].at(edition(snapshot), || self.render(snapshot, page))
    }

    fn render(&self, snapshot: &Snapshot, page: Page) -> Rendered {
        let view = &self.view(snapshot).1;
        let statuspage = || Statuspage::of(view, &self.settings);
        match page {
            Page::Atom => Rendered::of(feed::atom(view, &self.settings)),
            Page::Rss => Rendered::of(feed::rss(view, &self.settings)),
            Page::Public => public(view, None, DEFAULT_LIMIT.into()),
            Page::Summary => Rendered::json(&statuspage().summary()),
            Page::Status => Rendered::json(&statuspage().status()),
            Page::Components => Rendered::json(&statuspage().components()),
            Page::Incidents => Rendered::json(&statuspage().incidents()),
            Page::Unresolved => Rendered::json(&statuspage().unresolved()),
            Page::Maintenances => Rendered::json(&statuspage().maintenances()),
            Page::Upcoming => Rendered::json(&statuspage().upcoming()),
            Page::Active => Rendered::json(&statuspage().active()),
        }
    }
}

/// A page of `/api/v1/public/status`: so many incidents, from behind this one.
pub fn public(view: &View, behind: Option<&str>, limit: usize) -> Rendered {
    let incidents = behind.map_or(view.incidents(), |id| view.incidents_behind(id));
    let shown: Vec<_> = incidents.iter().take(limit).filter_map(|incident| PublicIncident::of(incident)).collect();
    let next = incidents.get(limit).and(shown.last()).map(|last| last.id.clone());
    Rendered { next, ..Rendered::json(&shown) }
}
