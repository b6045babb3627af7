//! `/history.atom` and `/history.rss`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::preconditions::IfNoneMatchHeader;

use crate::Communications;
use crate::pages::Page;

/// What was told, as an Atom feed (RFC 4287)
#[utoipa::path(
    operation_id = "readAtom",
    tag = "Feeds",
    params(IfNoneMatchHeader),
    responses(
        (status = 200, description = "The latest 50 incidents and planned works", body = String,
            content_type = "application/atom+xml", headers(("ETag" = String, description = "Changes with the feed"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
    )
)]
#[get("/history.atom")]
pub(crate) async fn atom(request: HttpRequest, communications: web::Data<Communications>) -> HttpResponse {
    let page = communications.pages.get(&communications.store.read(), Page::Atom);
    super::rendered(&request, &page.1, "application/atom+xml; charset=utf-8")
}

/// What was told, as an RSS 2.0 feed
#[utoipa::path(
    operation_id = "readRss",
    tag = "Feeds",
    params(IfNoneMatchHeader),
    responses(
        (status = 200, description = "The latest 50 incidents and planned works", body = String,
            content_type = "application/rss+xml", headers(("ETag" = String, description = "Changes with the feed"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
    )
)]
#[get("/history.rss")]
pub(crate) async fn rss(request: HttpRequest, communications: web::Data<Communications>) -> HttpResponse {
    let page = communications.pages.get(&communications.store.read(), Page::Rss);
    super::rendered(&request, &page.1, "application/rss+xml; charset=utf-8")
}
