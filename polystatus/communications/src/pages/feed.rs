//! The history as feeds: Atom (RFC 4287) and RSS 2.0. One entry for each incident and each planned work, with all that was
//! told of it, the newest first; an entry that grows keeps its id and its address.

use std::cmp::Reverse;
use std::fmt::Write;

use super::View;
use super::time::{rfc822, rfc3339, spoken};
use super::xml::escape;
use crate::mail::Texts;
use crate::model::{Incident, Lang, Maintenance};
use crate::settings::Settings;

/// Entries of a feed at most.
const MOST: usize = 50;

struct Entry {
    /// Never changes, and nobody else has it.
    id: String,
    title: String,
    link: String,
    published: i64,
    updated: i64,
    /// As HTML.
    content: String,
}

/// The latest, made after they were chosen.
fn entries(view: &View, settings: &Settings) -> Vec<Entry> {
    enum Told<'a> {
        Incident(&'a Incident),
        Maintenance(&'a Maintenance),
    }
    let incidents = view.incidents().iter().map(|incident| (told_at(incident), Told::Incident(incident)));
    let works = view.works(None).iter().map(|work| (work.updated_at, Told::Maintenance(work)));
    let mut latest: Vec<(i64, Told<'_>)> = incidents.chain(works).collect();
    latest.sort_by_key(|(updated, _)| Reverse(*updated));
    latest.truncate(MOST);
    let entry = |told| match told {
        Told::Incident(incident) => of_incident(incident, settings),
        Told::Maintenance(work) => of_maintenance(work, settings),
    };
    latest.into_iter().map(|(_, told)| entry(told)).collect()
}

/// When the public was last told of it.
fn told_at(incident: &Incident) -> i64 {
    incident.last().map_or(incident.started_at, |update| update.ts)
}

fn of_incident(incident: &Incident, settings: &Settings) -> Entry {
    let texts = Texts(Lang::En);
    let mut content = String::new();
    for update in incident.updates.iter().rev() {
        paragraph(&mut content, texts.state(update.state), update.ts, update.message.as_str());
    }
    let link = format!("{}/incidents/{}", settings.public_url, incident.id);
    let published = incident.updates.first().map_or(incident.started_at, |update| update.ts);
    Entry { id: link.clone(), title: incident.title.clone(), link, published, updated: told_at(incident), content }
}

fn of_maintenance(work: &Maintenance, settings: &Settings) -> Entry {
    let texts = Texts(Lang::En);
    let mut content = String::new();
    for update in work.updates.iter().rev() {
        paragraph(&mut content, texts.status(update.status), update.ts, update.message.as_str());
    }
    let _ = write!(content, "<p>{} {} – {}</p>", texts.planned(), spoken(work.from), spoken(work.until));
    let link = format!("{}/#{}", settings.public_url, work.id);
    Entry {
        id: link.clone(),
        title: work.title.to_string(),
        link,
        published: work.created_at,
        updated: work.updated_at,
        content,
    }
}

/// HTML: what people wrote is text in it.
fn paragraph(content: &mut String, state: &str, ts: i64, message: &str) {
    let message = escape(message.trim_end()).replace("\r\n", "\n").replace('\n', "<br>");
    let _ = write!(content, "<p><small>{}</small><br><strong>{state}</strong> – {message}</p>", spoken(ts));
}

/// `/history.atom`
pub fn atom(view: &View, settings: &Settings) -> String {
    let (base, name) = (escape(&settings.public_url), escape(&settings.page_name));
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n\
         <id>{base}/history.atom</id>\n\
         <title>{name} – history</title>\n\
         <updated>{}</updated>\n\
         <author><name>{name}</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{base}/history.atom\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{base}/\"/>\n",
        rfc3339(view.updated_at()),
    );
    for entry in entries(view, settings) {
        let _ = write!(
            feed,
            "<entry>\n<id>{}</id>\n<title>{}</title>\n<published>{}</published>\n<updated>{}</updated>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<content type=\"html\">{}</content>\n</entry>\n",
            escape(&entry.id),
            escape(&entry.title),
            rfc3339(entry.published),
            rfc3339(entry.updated),
            escape(&entry.link),
            escape(&entry.content),
        );
    }
    feed.push_str("</feed>\n");
    feed
}

/// `/history.rss`
pub fn rss(view: &View, settings: &Settings) -> String {
    let (base, name) = (escape(&settings.public_url), escape(&settings.page_name));
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n\
         <title>{name} – history</title>\n\
         <link>{base}/</link>\n\
         <description>What was told of incidents and planned work</description>\n\
         <language>en</language>\n\
         <lastBuildDate>{}</lastBuildDate>\n\
         <atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{base}/history.rss\"/>\n",
        rfc822(view.updated_at()),
    );
    for entry in entries(view, settings) {
        let _ = write!(
            feed,
            "<item>\n<title>{}</title>\n<link>{}</link>\n<guid isPermaLink=\"true\">{}</guid>\n<pubDate>{}</pubDate>\n\
             <description>{}</description>\n</item>\n",
            escape(&entry.title),
            escape(&entry.link),
            escape(&entry.id),
            rfc822(entry.published),
            escape(&entry.content),
        );
    }
    feed.push_str("</channel>\n</rss>\n");
    feed
}
