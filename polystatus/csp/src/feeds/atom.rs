//! Atom (RFC 4287) of anybody.

use super::xml::Element;
use super::{Format, Incident, Reading, Unreadable, moment, rss};

/// Read it.
///
/// # Errors
/// When it is no feed, or an entry in it has no id.
pub fn read(feed: &Element) -> Result<Reading, Unreadable> {
    let entries: Vec<Incident> = feed.all("entry").map(entry).collect();
    if entries.iter().any(|entry| entry.id.trim().is_empty()) {
        return Err(Unreadable::Incomplete { format: Format::Atom, missing: "an entry has no id" });
    }
    let title = feed.text_of("title").to_owned();
    if title.is_empty() && entries.is_empty() {
        return Err(Unreadable::Incomplete { format: Format::Atom, missing: "there is neither a title nor an entry" });
    }
    let description = String::new();
    let reading = Reading {
        format: Format::Atom,
        title,
        description,
        evidence: Vec::new(),
        incidents: entries,
        lists_all_open: false,
    };
    Ok(reading.tidy())
}

fn entry(entry: &Element) -> Incident {
    let time = |name| moment::read(entry.text_of(name));
    let updated = time("updated");
    let link = entry.all("link").find_map(|link| link.href.as_deref());
    let text = [entry.text_of("content"), entry.text_of("summary")].into_iter().find(|text| !text.is_empty());
    let times = (time("published").or(updated), updated);
    rss::entry(entry.text_of("id"), entry.text_of("title"), text.unwrap_or_default(), times, link)
}
