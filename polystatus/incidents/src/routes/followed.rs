//! `GET /api/v1/users/{id}/incidents`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::Query;
use chassis::paging::{Page, Paging};
use chassis::path::Id;
use chassis::refusals::{ReadRefused, ReaderRefused};

use super::path::UserInPath;
use crate::Incidents;
use crate::listing::json_array;
use crate::model::{Following, Incident};

/// The incidents that a user follows, the newest first
///
/// For that user, and for managers.
#[utoipa::path(
    operation_id = "listFollowedIncidents",
    tag = "Followers",
    security(("bearer" = [])),
    params(UserInPath, Paging),
    responses(
        (status = 200, description = "The incidents; none for whoever follows none", body = Vec<Incident>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, ReaderRefused,
    )
)]
#[get("/api/v1/users/{id}/incidents")]
pub(crate) async fn followed(
    caller: Caller,
    Id(user): Id,
    Query(paging): Query<Paging>,
    request: HttpRequest,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    if caller.subject != user {
        caller.require(Role::Manager)?;
    }
    let snapshot = incidents.store.read();
    let ids = snapshot.get::<Following>(&user).into_iter().flat_map(|following| following.incidents.keys().rev());
    let before = |id: &&String| paging.cursor.as_ref().is_none_or(|cursor| **id < cursor.0);
    let followed = ids.filter(before).filter_map(|id| snapshot.get::<Incident>(id));
    let page = Page::of(followed, paging.limit, |incident| incident.id.clone());
    let body = json_array(page.items.iter().map(|incident| incident.json()));
    Ok(super::page(&request, &page, body))
}
