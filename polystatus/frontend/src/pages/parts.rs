//! The parts of each page, made of what is known.

mod about;
mod history;
mod notices;
mod now;
mod others;
mod services;

use std::sync::Arc;

use askama::Template;
use chassis::clock::SharedClock;
use store::Snapshot;

use super::edition::Name;
use super::frame::{Frame, Message, Theme};
use super::page::Part;
use crate::assets::Assets;
use crate::known::{Known, Source};
use crate::texts::{self, Lang, Texts};

/// What parts are made with beside what is known.
#[derive(Debug, Clone)]
pub struct Making {
    /// What the site is called while nobody has told.
    pub site: String,
    /// Where it is.
    pub public_url: Arc<str>,
    /// The addresses of the style sheet and the like.
    pub assets: Arc<Assets>,
    /// The time.
    pub clock: SharedClock,
    /// Whether our own storage cannot be reached.
    pub storage_gone: bool,
}

/// What every part of one page stands on.
struct Ground<'a> {
    t: &'static Texts,
    known: &'a Known,
    days: &'a Snapshot,
    now: i64,
    storage_gone: bool,
}

impl Making {
    /// A page: its frame and its parts.
    pub(super) fn page(&self, name: &Name, lang: Lang, known: &Known, days: &Snapshot) -> (Frame, Vec<Part>) {
        let t = texts::of(lang);
        let ground = Ground { t, known, days, now: self.clock.unix_seconds(), storage_gone: self.storage_gone };
        let mut parts = vec![Part { id: "notices", html: notices::notices(&ground, sources_of(name)) }];
        let mut add = |id, html| parts.push(Part { id, html });
        let title = match name {
            Name::Now => {
                for (id, html) in now::parts(&ground) {
                    add(id, html);
                }
                None
            }
            Name::History => {
                add("history", history::history(&ground));
                Some(t.history.to_owned())
            }
            Name::Providers => {
                add("providers", others::providers(&ground));
                Some(t.providers.to_owned())
            }
            Name::Servers => {
                add("servers", others::servers(&ground));
                Some(t.servers.to_owned())
            }
            Name::Subscribe => {
                add("subscribe", about::subscribe(&ground));
                Some(t.subscribe.to_owned())
            }
            Name::About => {
                add("about", about::about(&ground, &self.public_url));
                Some(t.about.to_owned())
            }
            Name::NotFound => {
                add("not-found", about::not_found(&ground));
                Some(t.not_found.to_owned())
            }
            Name::Incident(id) => {
                let incident = known.incidents().iter().find(|incident| incident.id == *id);
                if let Some(incident) = incident {
                    add("incident", history::incident(&ground, incident));
                }
                incident.map(|incident| incident.title.clone())
            }
        };
        let site = self.site(known);
        let title = match title {
            Some(title) => format!("{} · {site}", title.trim_end_matches(['.', '?'])),
            None => format!("{} · {site}", now::headline(&ground).trim_end_matches('.')),
        };
        let path = name.path().map(|path| encoded(&path));
        let stream =
            path.as_ref().filter(|_| name.is_followed()).map(|path| format!("/stream?lang={lang}&page={path}"));
        let frame = Frame {
            lang,
            site,
            title,
            path,
            stream,
            public_url: Arc::clone(&self.public_url),
            assets: Arc::clone(&self.assets),
        };
        (frame, parts)
    }

    /// A page for one reader: it has no address under which it is found again.
    pub fn message(&self, message: &Message<'_>, lang: Lang, theme: Theme, known: &Known) -> String {
        let site = self.site(known);
        let frame = Frame {
            lang,
            title: format!("{} · {site}", message.title),
            site,
            path: None,
            stream: None,
            public_url: Arc::clone(&self.public_url),
            assets: Arc::clone(&self.assets),
        };
        frame.html(&[message.part()], theme, "")
    }

    /// What the site is called.
    pub(crate) fn site(&self, known: &Known) -> String {
        let told = known.summary().map(|summary| summary.name.clone()).filter(|name| !name.is_empty());
        told.unwrap_or_else(|| self.site.clone())
    }
}

/// Whose silence matters on a page.
const fn sources_of(name: &Name) -> &'static [Source] {
    match name {
        Name::Now => &[Source::Communications, Source::Incidents, Source::Csp],
        Name::History | Name::Incident(_) | Name::Subscribe => &[Source::Communications],
        Name::Providers => &[Source::Csp],
        Name::Servers => &[Source::Inventory],
        Name::About | Name::NotFound => &[],
    }
}

/// A path as an address has it (RFC 3986, 3.3): ids may have letters beyond ASCII.
pub(crate) fn encoded(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // writing to a string does not fail
            let _ = std::fmt::Write::write_fmt(&mut encoded, format_args!("%{byte:02X}"));
        }
        encoded
    })
}

fn rendered(template: &impl Template) -> String {
    template.render().expect("a template writes to memory")
}
