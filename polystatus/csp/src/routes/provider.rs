//! `GET`, `PUT` and `DELETE /api/v1/csp/providers/{id}`

use actix_web::http::header::ETag;
use actix_web::{HttpRequest, HttpResponse, delete, get, put, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::Json;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, IfNoneMatchHeader, Precondition, not_modified};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};

use super::path::ProviderInPath;
use super::providers::may_reach;
use super::refusals::NoSuchProvider;
use crate::Csp;
use crate::etag;
use crate::model::{Origin, Provider, ProviderInput};
use crate::writes::{self, no_such_provider};

/// Read a provider
#[utoipa::path(
    operation_id = "readProvider",
    tag = "Providers",
    params(ProviderInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The provider", body = Provider, headers(("ETag" = String, description = "The provider's version, for If-Match and If-None-Match"))),
        (status = 304, description = "It has not changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        NoSuchProvider,
    )
)]
#[get("/api/v1/csp/providers/{id}")]
pub(crate) async fn read(Id(id): Id, request: HttpRequest, csp: web::Data<Csp>) -> Result<HttpResponse, ApiError> {
    let snapshot = csp.store.read();
    let entry = snapshot.get::<Provider>(&id).ok_or_else(no_such_provider)?;
    if not_modified(&request, || etag::of(entry)) {
        return Ok(HttpResponse::NotModified().insert_header(ETag(etag::of(entry))).finish());
    }
    Ok(super::document(HttpResponse::Ok(), entry))
}

/// Put another in the place of a provider
///
/// What is absent is as if it had never been said. Its id stays, whatever its name is then. With another feed, all that is
/// known of it is forgotten. For managers.
#[utoipa::path(
    operation_id = "replaceProvider",
    tag = "Providers",
    security(("bearer" = [])),
    params(ProviderInPath, IfMatchHeader),
    request_body = ProviderInput,
    responses(
        (status = 200, description = "The provider as it is now", body = Provider, headers(("ETag" = String, description = "The provider's version, for If-Match and If-None-Match"))),
        NoSuchProvider,
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[put("/api/v1/csp/providers/{id}")]
pub(crate) async fn replace(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    Json(input): Json<ProviderInput>,
    csp: web::Data<Csp>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let new = input.validate(|url| may_reach(&csp, url))?;
    let stamp = csp.scribe.stamp(&caller.subject);
    let replace =
        move |draft: &mut _| writes::replace_provider(draft, &stamp, &id, &precondition, &new, Origin::Person);
    let entry = csp.store.write(replace).await?;
    csp.poller.soon(&entry.id);
    Ok(super::document(HttpResponse::Ok(), &entry))
}

/// Take a provider out, with all that is known of it
///
/// One of the catalogue does not come back at the next start. For managers.
#[utoipa::path(
    operation_id = "deleteProvider",
    tag = "Providers",
    security(("bearer" = [])),
    params(ProviderInPath, IfMatchHeader),
    responses(
        (status = 204, description = "It is gone"),
        NoSuchProvider,
        WriteRefused, PreconditionRefused,
    )
)]
#[delete("/api/v1/csp/providers/{id}")]
pub(crate) async fn delete(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    csp: web::Data<Csp>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let stamp = csp.scribe.stamp(&caller.subject);
    csp.store.write(move |draft: &mut _| writes::delete_provider(draft, &stamp, &id, &precondition)).await?;
    Ok(HttpResponse::NoContent().finish())
}
