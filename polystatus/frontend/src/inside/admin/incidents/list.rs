//! `GET /admin/incidents`

use actix_web::get;
use askama::Template;
use chassis::auth::Role;

use super::{Incident, Says, says};
use crate::inside::{Answer, PageShown, Section, SignedIn, Words};

/// Rows of a page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "inside/incidents.html")]
struct ListPage<'a> {
    t: &'a Words,
    says: &'a Says,
    incidents: Vec<Incident>,
    status: String,
    words: String,
    next: Option<String>,
    may_open: bool,
}

/// Incidents, the newest first
#[utoipa::path(
    operation_id = "adminIncidents",
    tag = "Signed in",
    params(
        ("status" = Option<String>, Query, description = "`open`, `mitigated` or `resolved`", example = "open"),
        ("q" = Option<String>, Query, description = "Words of the title", example = "checkout"),
        ("cursor" = Option<String>, Query, description = "Where the page before ended"),
    ),
    responses(PageShown)
)]
#[get("/admin/incidents")]
pub(super) async fn page(me: SignedIn) -> Answer {
    let mut call = me.frontend.peers.signed_in.incidents.get("/api/v1/incidents").query("limit", ROWS);
    let [status, words, cursor] = ["status", "q", "cursor"].map(|name| me.query(name));
    for (name, value) in [("status", &status), ("q", &words), ("cursor", &cursor)] {
        if !value.is_empty() {
            call = call.query(name, value);
        }
    }
    let read = me.read::<Vec<Incident>>(call).await?;
    let next = read.next.map(|cursor| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("status", &status).append_pair("q", &words).append_pair("cursor", &cursor);
        format!("/admin/incidents?{}", query.finish())
    });
    let (t, may_open) = (me.t, me.may(Role::Responder));
    let body = ListPage { t, says: says(me.lang), incidents: read.value, status, words, next, may_open };
    Ok(me.page(Section::Incidents, t.section(Section::Incidents), &body).await)
}
