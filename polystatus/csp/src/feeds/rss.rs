//! RSS 2.0 of anybody: titles, texts, times. How bad something is it does not say; whether it goes on may be the first
//! word of its text.

use super::reading::id_of_address;
use super::xml::Element;
use super::{Format, Incident, Kind, Reading, Unreadable, lifecycle, markup, moment};
use crate::model::State;

/// Read it.
///
/// # Errors
/// When there is no channel in it, or an item without anything that tells it from others.
pub fn read(document: &Element) -> Result<Reading, Unreadable> {
    let Some(channel) = document.all("channel").next() else {
        return Err(Unreadable::Incomplete { format: Format::Rss, missing: "there is no channel in it" });
    };
    let items: Vec<Incident> = channel.all("item").map(item).collect();
    if items.iter().any(|item| item.id.trim().is_empty()) {
        return Err(Unreadable::Incomplete {
            format: Format::Rss,
            missing: "an item has no guid, no link and no title",
        });
    }
    let (title, description) = (channel.text_of("title").to_owned(), String::new());
    // the last twenty or fifty: what is older may go on all the same
    let reading = Reading {
        format: Format::Rss,
        title,
        description,
        evidence: Vec::new(),
        incidents: items,
        lists_all_open: false,
    };
    Ok(reading.tidy())
}

fn item(item: &Element) -> Incident {
    let [guid, link, title] = ["guid", "link", "title"].map(|name| item.text_of(name));
    let id = match (guid, link) {
        ("", "") => lifecycle::without_stage(title).to_owned(),
        ("", link) => id_of_address(link, title),
        (guid, _) => guid.to_owned(),
    };
    let time = moment::read(item.text_of("pubDate")).or_else(|| moment::read(item.text_of("date")));
    entry(&id, title, item.text_of("description"), (time, time), Some(link))
}

/// An entry of a feed that says nothing but texts and times: RSS and Atom alike.
pub(super) fn entry(
    id: &str,
    title: &str,
    html: &str,
    (started, updated): (Option<i64>, Option<i64>),
    link: Option<&str>,
) -> Incident {
    let message = markup::text(html);
    // what a title begins with is a stage only when it is one that we know
    let in_title = || lifecycle::in_text(title).filter(|(_, active)| active.is_some());
    let stands = lifecycle::in_text(&message).or_else(in_title);
    let native = stands.map_or_else(String::new, |(word, _)| word.to_owned());
    let active = stands.and_then(|(_, active)| active);
    // nobody investigates planned work: what began as that has become trouble
    let planned = lifecycle::is_planned(title) && !lifecycle::is_of_trouble(&native);
    Incident {
        id: id.to_owned(),
        kind: if planned { Kind::Maintenance } else { Kind::Incident },
        title: title.to_owned(),
        services: Vec::new(),
        regions: Vec::new(),
        native,
        // that something is wrong is said, and not how much
        state: match (planned, active) {
            (true, _) => State::Maintenance,
            (false, Some(_)) => State::Degraded,
            (false, None) => State::Unknown,
        },
        active,
        started,
        updated,
        ended: if active == Some(false) { updated } else { None },
        url: link.filter(|link| !link.is_empty()).map(str::to_owned),
        message,
    }
}
