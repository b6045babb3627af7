//! `GET /api/v1/incidents/{id}/followers`, `PUT` and `DELETE …/followers/me`

use actix_web::{HttpResponse, Responder, delete, get, put, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::path::Id;
use chassis::refusals::{ReaderRefused, WriteRefused};

use super::path::IncidentInPath;
use super::refusals::NoSuchIncident;
use crate::Incidents;
use crate::model::{Followed, Following, Incident};
use crate::writes::{self, no_such_incident};

/// Who follows an incident
///
/// For managers, and for the service that writes to them.
#[utoipa::path(
    operation_id = "listFollowers",
    tag = "Followers",
    security(("bearer" = [])),
    params(IncidentInPath),
    responses(
        (status = 200, description = "Users, and since when", body = Vec<Followed>),
        NoSuchIncident,
        ReaderRefused,
    )
)]
#[get("/api/v1/incidents/{id}/followers")]
pub(crate) async fn list(
    caller: Caller,
    Id(id): Id,
    incidents: web::Data<Incidents>,
) -> Result<impl Responder, ApiError> {
    caller.require(Role::Manager)?;
    let snapshot = incidents.store.read();
    snapshot.get::<Incident>(&id).ok_or_else(no_such_incident)?;
    let followers = snapshot.find::<Following>("incident", &id).filter_map(|following| {
        Some(Followed { user_id: following.user.clone(), since: *following.incidents.get(&id)? })
    });
    Ok(web::Json(followers.collect::<Vec<_>>()))
}

/// Follow an incident
#[utoipa::path(
    operation_id = "followIncident",
    tag = "Followers",
    security(("bearer" = [])),
    params(IncidentInPath),
    responses(
        (status = 204, description = "You follow it, since now or since before"),
        (status = 409, description = "You follow too many", body = ErrorBody,
            example = json!({"error": "Nobody follows more than 100 incidents: leave some of the old ones first"})),
        NoSuchIncident,
        WriteRefused,
    )
)]
#[put("/api/v1/incidents/{id}/followers/me")]
pub(crate) async fn follow(
    caller: Caller,
    Id(id): Id,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Viewer)?;
    let stamp = incidents.scribe.stamp(&caller.subject);
    incidents.store.write(move |draft: &mut _| writes::follow(draft, &stamp, &id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Follow an incident no more
#[utoipa::path(
    operation_id = "unfollowIncident",
    tag = "Followers",
    security(("bearer" = [])),
    params(IncidentInPath),
    responses(
        (status = 204, description = "You do not follow it"),
        NoSuchIncident,
        WriteRefused,
    )
)]
#[delete("/api/v1/incidents/{id}/followers/me")]
pub(crate) async fn unfollow(
    caller: Caller,
    Id(id): Id,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Viewer)?;
    let stamp = incidents.scribe.stamp(&caller.subject);
    incidents.store.write(move |draft: &mut _| writes::unfollow(draft, &stamp, &id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
