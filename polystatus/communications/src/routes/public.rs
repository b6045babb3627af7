//! `GET /api/v1/public/status`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::cursor::{Cursor, link_to_next};
use chassis::extract::Query;
use chassis::paging::Paging;
use chassis::preconditions::IfNoneMatchHeader;
use chassis::refusals::ReadRefused;

use crate::Communications;
use crate::pages::public::PublicIncident;
use crate::pages::{Page, Rendered, View, public_page};

/// The incidents of which the public was told, the newest first, each with what was said last
///
/// The next page, if there is one, is in the `Link` header.
#[utoipa::path(
    operation_id = "readPublicStatus",
    tag = "Public",
    params(Paging, IfNoneMatchHeader),
    responses(
        (status = 200, description = "What the public was told", body = Vec<PublicIncident>,
            headers(("ETag" = String, description = "Changes with the list"), ("Link" = String, description = "The next page (RFC 8288)"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        ReadRefused,
    )
)]
#[get("/api/v1/public/status")]
pub(crate) async fn status(
    Query(paging): Query<Paging>,
    request: HttpRequest,
    communications: web::Data<Communications>,
) -> HttpResponse {
    let snapshot = communications.store.read();
    if request.query_string().is_empty() {
        return answer(&request, &communications.pages.get(&snapshot, Page::Public).1);
    }
    let behind = paging.cursor.as_ref().map(|cursor| cursor.0.as_str());
    answer(&request, &public_page(&View::of(&snapshot), behind, paging.limit.get()))
}

fn answer(request: &HttpRequest, page: &Rendered) -> HttpResponse {
    let mut response = super::rendered(request, page, "application/json");
    if let Some(next) = &page.next {
        let (_, link) = link_to_next(request, &Cursor(next).encode());
        response.headers_mut().insert(header::LINK, link);
    }
    response
}
