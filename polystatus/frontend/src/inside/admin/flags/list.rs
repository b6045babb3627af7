//! `GET /admin/flags`: all of them.

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::http::StatusCode;
use askama::Template;
use chassis::auth::Role;

use super::requests::{Request, pending};
use super::texts::Says;
use super::{Flag, called, people};
use crate::inside::{Answer, Fields, PageShown, Section, SignedIn, Words};

#[derive(Template)]
#[template(path = "inside/flags.html")]
struct FlagsPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    flags: Vec<Flag>,
    people: BTreeMap<String, String>,
    requests: Vec<Request>,
    fields: Fields,
}

impl FlagsPage<'_> {
    fn called<'b>(&'b self, id: &'b str) -> &'b str {
        called(&self.people, id)
    }
}

/// Flags
#[utoipa::path(operation_id = "adminFlags", tag = "Signed in", responses(PageShown))]
#[get("/admin/flags")]
pub(super) async fn page(me: SignedIn) -> Answer {
    me.require(Role::Manager)?;
    show(&me, StatusCode::OK, Fields::default()).await
}

/// The page, with what was refused above it.
pub(super) async fn show(me: &SignedIn, status: StatusCode, fields: Fields) -> Answer {
    let flags = me.frontend.peers.signed_in.flags.get("/admin/flags").query("limit", 500);
    let flags = me.read::<Vec<Flag>>(flags).await?.value;
    let (people, requests) = (people(me).await, pending(me).await);
    let body = FlagsPage { me, t: me.t, says: Says::of(me.lang), flags, people, requests, fields };
    Ok(me.page_with(status, Section::Flags, me.t.section(Section::Flags), &body).await)
}
