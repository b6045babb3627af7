//! `GET /admin/maintenances`: all of it.

use actix_web::get;
use actix_web::http::StatusCode;
use askama::Template;
use chassis::auth::Role;

use super::texts::Says;
use super::{Work, names, options};
use crate::inside::{Answer, Fields, PageShown, Section, SignedIn, Words};

/// Works that are over, which the page shows at most.
const MOST_PAST: usize = 50;

#[derive(Template)]
#[template(path = "inside/maintenances.html")]
struct WorksPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    current: Vec<Work>,
    past: Vec<Work>,
    names: Vec<String>,
    /// Of new work.
    new: Fields,
}

impl WorksPage<'_> {
    fn options(&self) -> Vec<(String, String)> {
        options(&self.names)
    }
}

/// Planned work
#[utoipa::path(operation_id = "adminMaintenances", tag = "Signed in", responses(PageShown))]
#[get("/admin/maintenances")]
pub(super) async fn page(me: SignedIn) -> Answer {
    me.require(Role::Manager)?;
    show(&me, StatusCode::OK, Fields::default()).await
}

/// The page, with this in the form of new work.
pub(super) async fn show(me: &SignedIn, status: StatusCode, new: Fields) -> Answer {
    let works = me.frontend.peers.signed_in.communications.get("/api/v1/maintenances").query("limit", 500);
    let works: Vec<Work> = me.read(works).await?.value;
    let (mut past, mut current): (Vec<Work>, Vec<Work>) = works.into_iter().partition(Work::is_over);
    current.sort_by_key(|work| work.from);
    past.sort_by_key(|work| std::cmp::Reverse(work.from));
    past.truncate(MOST_PAST);
    let body = WorksPage { me, t: me.t, says: Says::of(me.lang), current, past, names: names(me, None).await, new };
    Ok(me.page_with(status, Section::Maintenance, me.t.section(Section::Maintenance), &body).await)
}
