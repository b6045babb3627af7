//! How to be told, what this page is, and what is said where nothing is.

use askama::Template;

use super::{Ground, rendered, services};
use crate::known::{Source, Standing};
use crate::model::Service;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "subscribe.html")]
struct Subscribe<'a> {
    t: &'a Texts,
    services: Vec<Service>,
}

#[derive(Template)]
#[template(path = "about.html")]
struct About<'a> {
    t: &'a Texts,
    public_url: &'a str,
    sources: Vec<(Source, Standing)>,
    badges: Vec<Service>,
}

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFound<'a> {
    t: &'a Texts,
}

pub(super) fn subscribe(ground: &Ground<'_>) -> String {
    let services = services::of(ground).into_iter().filter(|service| service.id.is_some()).take(50).collect();
    rendered(&Subscribe { t: ground.t, services })
}

pub(super) fn about(ground: &Ground<'_>, public_url: &str) -> String {
    let sources = Source::ALL.into_iter().map(|source| (source, ground.known.standing(source))).collect();
    let badges = services::of(ground).into_iter().filter(|service| service.id.is_some()).take(3).collect();
    rendered(&About { t: ground.t, public_url, sources, badges })
}

pub(super) fn not_found(ground: &Ground<'_>) -> String {
    rendered(&NotFound { t: ground.t })
}
