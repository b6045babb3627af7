//! Azure's RSS: what is in it goes on, and what is over has vanished from it. It says neither how bad nor in which stage.
//!
//! A valid and empty feed has been served for hours while a region was down. So an empty one is quiet only when nothing
//! was there before: see [`crate::assess`].

use super::xml::Element;
use super::{Format, Incident, Kind, Reading, Unreadable, moment};
use crate::model::State;

/// What the channel is called; the first word is the name of the cloud in each language.
const TITLE: &str = "azure status";

/// Whether this is the feed of Azure, and not that of somebody else.
pub fn is_of_azure(document: &Element) -> bool {
    let mut channels = document.all("channel");
    channels.any(|channel| channel.text_of("title").eq_ignore_ascii_case(TITLE))
}

/// Read it.
///
/// # Errors
/// When an item has neither a guid nor a time.
pub fn read(document: &Element) -> Result<Reading, Unreadable> {
    let items = document.all("channel").flat_map(|channel| channel.all("item"));
    let items: Option<Vec<Incident>> = items.map(item).collect();
    let incidents =
        items.ok_or(Unreadable::Incomplete { format: Format::Azure, missing: "an item has no guid or no time" })?;
    let (title, description) = ("Azure".to_owned(), String::new());
    let reading =
        Reading { format: Format::Azure, title, description, evidence: Vec::new(), incidents, lists_all_open: true };
    Ok(reading.tidy())
}

fn item(item: &Element) -> Option<Incident> {
    let guid = item.text_of("guid");
    let time = moment::read(item.text_of("pubDate"))?;
    if guid.is_empty() {
        return None;
    }
    // services and places, in one list: both are looked up in both
    let categories: Vec<String> = item.all("category").map(|category| category.text.trim().to_owned()).collect();
    Some(Incident {
        // a guid is a slug that is used again
        id: format!("{guid} {time}"),
        kind: Kind::Incident,
        title: item.text_of("title").to_owned(),
        services: categories.clone(),
        regions: categories,
        native: "listed".to_owned(),
        state: State::Degraded,
        active: Some(true),
        started: Some(time),
        updated: Some(time),
        ended: None,
        url: Some("https://azure.status.microsoft/en-us/status".to_owned()),
        message: item.text_of("description").to_owned(),
    })
}
