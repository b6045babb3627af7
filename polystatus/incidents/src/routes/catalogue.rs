//! `/api/v1/services` and `/api/v1/services/{id}`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::{Json, Query};
use chassis::paging::{Page, Paging};
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, IfNoneMatchHeader, Precondition, not_modified};
use chassis::refusals::{BodyRefused, PreconditionRefused, ReadRefused, WriteRefused};

use super::path::ServiceInPath;
use super::refusals::NoSuchService;
use crate::Incidents;
use crate::etag;
use crate::model::{CatalogueInput, CatalogueService, ServiceId};
use crate::writes::{self, no_such_service};

/// Its place in the list.
type Place = (i32, String, ServiceId);

/// List the services, in the order of their positions
#[utoipa::path(
    operation_id = "listServices",
    tag = "Services",
    params(Paging<Place>),
    responses(
        (status = 200, description = "What can break", body = Vec<CatalogueService>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused,
    )
)]
#[get("/api/v1/services")]
pub(crate) async fn list(
    Query(paging): Query<Paging<Place>>,
    request: HttpRequest,
    incidents: web::Data<Incidents>,
) -> HttpResponse {
    let snapshot = incidents.store.read();
    let mut services: Vec<_> = snapshot.iter::<CatalogueService>().map(|entry| (entry.place(), entry)).collect();
    services.sort_by(|(one, _), (other, _)| one.cmp(other));
    let behind =
        services.into_iter().filter(|(place, _)| paging.cursor.as_ref().is_none_or(|cursor| *place > cursor.0));
    Page::of(behind, paging.limit, |(place, _)| place.clone()).map(|(_, entry)| &entry.document).answer(&request)
}

/// Add a service
///
/// Its id is made of its name: `Checkout API` is `checkout-api`. For managers.
#[utoipa::path(
    operation_id = "addService",
    tag = "Services",
    security(("bearer" = [])),
    request_body = CatalogueInput,
    responses(
        (status = 201, description = "It is there", body = CatalogueService,
            headers(("ETag" = String, description = "The service's version, for If-Match and If-None-Match"), ("Location" = String, description = "Where it can be read"))),
        (status = 409, description = "There is one of that name", body = ErrorBody,
            example = json!({"error": "There is already a service with the id checkout: Checkout", "details": [{"field": "name", "message": "is taken by another service"}]})),
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/services")]
pub(crate) async fn create(
    caller: Caller,
    Json(input): Json<CatalogueInput>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let new = input.validate()?;
    let stamp = incidents.scribe.stamp(&caller.subject);
    let entry = incidents.store.write(move |draft: &mut _| writes::add_service(draft, &stamp, &new)).await?;
    let mut response = HttpResponse::Created();
    let path = utf8_percent(entry.id.as_str());
    response.insert_header((header::LOCATION, format!("/api/v1/services/{path}")));
    Ok(super::document(response, &entry))
}

/// An id as a header can hold it: it may have letters beyond ASCII (RFC 3986, 2.1).
fn utf8_percent(id: &str) -> String {
    let shown = |byte: u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    id.bytes().map(shown).collect()
}

/// Read a service
#[utoipa::path(
    operation_id = "readService",
    tag = "Services",
    params(ServiceInPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The service", body = CatalogueService, headers(("ETag" = String, description = "The service's version, for If-Match and If-None-Match"))),
        (status = 304, description = "It has not changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        NoSuchService,
    )
)]
#[get("/api/v1/services/{id}")]
pub(crate) async fn read(
    Id(id): Id,
    request: HttpRequest,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = incidents.store.read();
    let entry = snapshot.get::<CatalogueService>(&id).ok_or_else(no_such_service)?;
    if not_modified(&request, || etag::of(entry)) {
        return Ok(HttpResponse::NotModified().insert_header(header::ETag(etag::of(entry))).finish());
    }
    Ok(super::document(HttpResponse::Ok(), entry))
}

/// Put another in the place of a service
///
/// What is absent is empty. Its id stays, whatever its name is then. For managers.
#[utoipa::path(
    operation_id = "replaceService",
    tag = "Services",
    security(("bearer" = [])),
    params(ServiceInPath, IfMatchHeader),
    request_body = CatalogueInput,
    responses(
        (status = 200, description = "The service as it is now", body = CatalogueService, headers(("ETag" = String, description = "The service's version, for If-Match and If-None-Match"))),
        NoSuchService,
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[put("/api/v1/services/{id}")]
pub(crate) async fn replace(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    Json(input): Json<CatalogueInput>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let new = input.validate()?;
    let stamp = incidents.scribe.stamp(&caller.subject);
    let replace = move |draft: &mut _| writes::replace_service(draft, &stamp, &id, &precondition, &new);
    Ok(super::document(HttpResponse::Ok(), &*incidents.store.write(replace).await?))
}

/// Take a service out, with its reports
///
/// For managers.
#[utoipa::path(
    operation_id = "deleteService",
    tag = "Services",
    security(("bearer" = [])),
    params(ServiceInPath, IfMatchHeader),
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, description = "An incident that goes on names it", body = ErrorBody,
            example = json!({"error": "Incidents that go on name this service: resolve INC-1JN7W800000000000 first"})),
        NoSuchService,
        WriteRefused, PreconditionRefused,
    )
)]
#[delete("/api/v1/services/{id}")]
pub(crate) async fn delete(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let stamp = incidents.scribe.stamp(&caller.subject);
    let delete = move |draft: &mut _| writes::delete_service(draft, &stamp, &id, &precondition);
    incidents.store.write(delete).await?;
    Ok(HttpResponse::NoContent().finish())
}
