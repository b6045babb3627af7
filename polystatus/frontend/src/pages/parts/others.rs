//! What is not ours, and what is beneath: providers and servers.

use askama::Template;

use super::services::Past;
use super::{Ground, rendered};
use crate::known::Source;
use crate::model::{Host, Provider};
use crate::pages::{bars, shapes};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "providers.html")]
struct Providers<'a> {
    t: &'a Texts,
    known: bool,
    all: Vec<(Provider, Past)>,
}

#[derive(Template)]
#[template(path = "servers.html")]
struct Servers<'a> {
    t: &'a Texts,
    known: bool,
    hosts: &'a [Host],
    count: usize,
}

pub(super) fn providers(ground: &Ground<'_>) -> String {
    let mut providers = ground.known.providers();
    // the worst first, since that is what people look for
    providers.sort_by(|one, other| (other.condition, &one.name).cmp(&(one.condition, &other.name)));
    let with_past = providers.into_iter().map(|provider| {
        let past = Past::of(ground.t, &provider.name, &bars::of_provider(&provider.days, ground.now));
        (provider, past)
    });
    let known = ground.known.standing(Source::Csp).as_of.is_some();
    rendered(&Providers { t: ground.t, known, all: with_past.collect() })
}

pub(super) fn servers(ground: &Ground<'_>) -> String {
    let servers = ground.known.servers();
    let hosts = servers.map(|servers| servers.hosts.as_slice()).unwrap_or_default();
    let count = servers.map_or(0, |servers| servers.count);
    rendered(&Servers { t: ground.t, known: servers.is_some(), hosts, count })
}
