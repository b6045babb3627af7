//! `GET /admin`: what goes on, and what waits.

use actix_web::get;
use askama::Template;

use crate::inside::{Answer, Section, SignedIn};

#[derive(Template)]
#[template(path = "inside/overview.html")]
struct OverviewPage<'a> {
    me: &'a SignedIn,
}

/// What goes on, and what waits
#[utoipa::path(
    operation_id = "adminOverview",
    tag = "Signed in",
    responses(
        (status = 200, description = "A page", body = String, content_type = "text/html"),
        (status = 303, description = "Nobody is signed in: to the login"),
    )
)]
#[get("/admin")]
pub(super) async fn page(me: SignedIn) -> Answer {
    let title = me.t.section(Section::Overview);
    Ok(me.page(Section::Overview, title, &OverviewPage { me: &me }).await)
}
