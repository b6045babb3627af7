//! `GET /admin/deliveries`: what became of what was sent.

mod texts;

use actix_web::get;
use askama::Template;
use chassis::auth::Role;
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use self::texts::Says;
use super::address::{asked, more};
use crate::inside::{Answer, PageShown, Section, SignedIn, Words};

/// Every endpoint.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(page);
}

/// Lines of a page.
const LINES: usize = 100;

/// How many stand where.
#[derive(Debug, Deserialize)]
struct Totals {
    queued: u64,
    sending: u64,
    sent: u64,
    failed: u64,
    cancelled: u64,
    all: u64,
    complete: bool,
}

impl Totals {
    /// Words, number, and the class that colours it.
    const fn shown(&self, says: &Says) -> [(&'static str, u64, &'static str); 6] {
        let failed = if self.failed > 0 { "major" } else { "" };
        [
            (says.total, self.all, ""),
            (says.queued, self.queued, ""),
            (says.sending, self.sending, ""),
            (says.sent, self.sent, ""),
            (says.failed, self.failed, failed),
            (says.cancelled, self.cancelled, ""),
        ]
    }
}

/// What became of an event at one recipient.
#[derive(Debug, Deserialize)]
struct Delivery {
    event: String,
    kind: String,
    subject: String,
    recipient: String,
    channel: String,
    #[serde(default)]
    address: Option<String>,
    state: String,
    attempts: u32,
    #[serde(default)]
    last_error: Option<String>,
    queued_at: i64,
    #[serde(default)]
    due_at: Option<i64>,
    #[serde(default)]
    ended_at: Option<i64>,
}

impl Delivery {
    fn state<'a>(&'a self, says: &'a Says) -> &'a str {
        match self.state.as_str() {
            "queued" => says.word_queued,
            "sending" => says.word_sending,
            "sent" => says.word_sent,
            "failed" => says.word_failed,
            "cancelled" => says.word_cancelled,
            other => other,
        }
    }

    fn class(&self) -> &'static str {
        match self.state.as_str() {
            "sent" => "operational",
            "failed" => "major",
            "queued" | "sending" => "degraded",
            _ => "unknown",
        }
    }

    /// Where those of the same event are.
    fn path_of_event(&self) -> String {
        let event: String = form_urlencoded::byte_serialize(self.event.as_bytes()).collect();
        format!("{}?event={event}", Section::Deliveries.path())
    }
}

#[derive(Debug, Deserialize)]
struct Told {
    totals: Totals,
    deliveries: Vec<Delivery>,
}

#[derive(Template)]
#[template(path = "inside/deliveries.html")]
struct DeliveriesPage<'a> {
    t: &'a Words,
    says: &'a Says,
    event: Option<String>,
    told: Told,
    next: Option<String>,
}

/// What became of what was sent
#[utoipa::path(
    operation_id = "adminDeliveries",
    tag = "Signed in",
    params(
        ("event" = Option<String>, Query, description = "Only those of this event", example = "EVT-1JN7W800000000000"),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
    ),
    responses(PageShown)
)]
#[get("/admin/deliveries")]
async fn page(me: SignedIn) -> Answer {
    me.require(Role::Manager)?;
    let event = asked(&me, "event");
    let mut call = me.frontend.peers.signed_in.communications.get("/api/v1/deliveries").query("limit", LINES);
    if let Some(event) = &event {
        call = call.query("event", event);
    }
    if let Some(cursor) = asked(&me, "cursor") {
        call = call.query("cursor", cursor);
    }
    let read = me.read::<Told>(call).await?;
    let of_event: Vec<(String, String)> = event.clone().map(|event| ("event".to_owned(), event)).into_iter().collect();
    let next = read.next.map(|cursor| more(Section::Deliveries.path(), &of_event, &cursor));
    let body = DeliveriesPage { t: me.t, says: Says::of(me.lang), event, told: read.value, next };
    Ok(me.page(Section::Deliveries, me.t.section(Section::Deliveries), &body).await)
}
