//! `GET /admin/services`: all of them, in their order.

use actix_web::get;
use actix_web::http::StatusCode;
use askama::Template;
use chassis::auth::Role;

use super::texts::Says;
use super::{Listed, all};
use crate::inside::{Answer, Fields, PageShown, Section, SignedIn, Words};

#[derive(Template)]
#[template(path = "inside/services.html")]
struct ServicesPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    services: Vec<Listed>,
    /// Of a new one.
    new: Fields,
}

/// What can break
#[utoipa::path(operation_id = "adminServices", tag = "Signed in", responses(PageShown))]
#[get("/admin/services")]
pub(super) async fn page(me: SignedIn) -> Answer {
    me.require(Role::Manager)?;
    show(&me, StatusCode::OK, Fields::default()).await
}

/// The page, with this in the form of a new one.
pub(super) async fn show(me: &SignedIn, status: StatusCode, new: Fields) -> Answer {
    let body = ServicesPage { me, t: me.t, says: Says::of(me.lang), services: all(me).await?, new };
    Ok(me.page_with(status, Section::Services, me.t.section(Section::Services), &body).await)
}
