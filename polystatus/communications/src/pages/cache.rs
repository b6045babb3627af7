//! Pages that are ready to be sent.

use actix_web::http::header::EntityTag;
use bytes::Bytes;
use serde::Serialize;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use store::{PerRevision, Snapshot};

use chassis::cursor::DEFAULT_LIMIT;

use super::public::PublicIncident;
use super::statuspage::Statuspage;
use super::{View, feed};
use crate::model::{Edition, MaintenanceStatus};
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

/// A page, ready to be sent.
#[derive(Debug)]
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

/// All pages, each made when the first reader of an edition asks.
#[derive(Debug)]
pub struct Pages {
    settings: Settings,
    kept: [PerRevision<Rendered>; PAGES],
}

/// The edition of these documents.
pub fn edition(snapshot: &Snapshot) -> u64 {
    snapshot.get::<Edition>(Edition::KEY).map_or(0, |edition| edition.version)
}

impl Pages {
    /// Pages of a service with these settings.
    pub fn new(settings: Settings) -> Self {
        Self { settings, kept: std::array::from_fn(|_| PerRevision::default()) }
    }

    /// A page as it is now.
    pub fn get(&self, snapshot: &Snapshot, page: Page) -> Arc<(u64, Rendered)> {
        self.kept[page as usize].at(edition(snapshot), || self.render(snapshot, page))
    }

    fn render(&self, snapshot: &Snapshot, page: Page) -> Rendered {
        let view = View::of(snapshot);
        match page {
            Page::Atom => return Rendered::of(feed::atom(&view, &self.settings)),
            Page::Rss => return Rendered::of(feed::rss(&view, &self.settings)),
            Page::Public => {
                return public(&view, None, DEFAULT_LIMIT.into());
            }
            _ => {}
        }
        let statuspage = Statuspage::of(view, &self.settings);
        match page {
            Page::Status => Rendered::json(&statuspage.status()),
            Page::Components => Rendered::json(&statuspage.components()),
            Page::Incidents => Rendered::json(&statuspage.incidents(false)),
            Page::Unresolved => Rendered::json(&statuspage.incidents(true)),
            Page::Maintenances => Rendered::json(&statuspage.maintenances(|_| true)),
            Page::Upcoming => Rendered::json(&statuspage.maintenances(|status| status == MaintenanceStatus::Scheduled)),
            Page::Active => Rendered::json(&statuspage.maintenances(MaintenanceStatus::is_active)),
            Page::Summary | Page::Atom | Page::Rss | Page::Public => Rendered::json(&statuspage.summary()),
        }
    }
}

/// A page of `/api/v1/public/status`: so many incidents, from behind this one.
pub fn public(view: &View<'_>, behind: Option<&str>, limit: usize) -> Rendered {
    let incidents = view.incidents();
    let begin = behind
        .map_or(0, |id| incidents.iter().position(|incident| incident.id == id).map_or(usize::MAX, |place| place + 1));
    let mut rest = incidents.into_iter().skip(begin);
    let shown: Vec<_> = rest.by_ref().take(limit).filter_map(PublicIncident::of).collect();
    let next = rest.next().and(shown.last()).map(|last| last.id.clone());
    Rendered { next, ..Rendered::json(&shown) }
}
