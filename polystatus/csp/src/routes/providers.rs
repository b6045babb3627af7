//! `GET` and `POST /api/v1/csp/providers`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::error::ErrorBody;
use chassis::extract::{Json, Query};
use chassis::paging::{Page, Paging};
use chassis::preconditions::IfNoneMatchHeader;
use chassis::refusals::{BodyRefused, ReadRefused, WriteRefused};

use crate::Csp;
use crate::model::{FeedUrl, Origin, Provider, ProviderInput};
use crate::writes;

/// List the providers, in the order of their ids
#[utoipa::path(
    operation_id = "listProviders",
    tag = "Providers",
    params(Paging, IfNoneMatchHeader),
    responses(
        (status = 200, description = "Whose feeds are read", body = Vec<Provider>,
            headers(("ETag" = String, description = "Changes with the list"), ("Link" = String, description = "The next page (RFC 8288)"))),
        (status = 304, description = "Nothing has changed since the ETag of If-None-Match",
            headers(("ETag" = String, description = "The same as before"))),
        ReadRefused,
    )
)]
#[get("/api/v1/csp/providers")]
pub(crate) async fn list(Query(paging): Query<Paging>, request: HttpRequest, csp: web::Data<Csp>) -> HttpResponse {
    let snapshot = csp.store.read();
    let providers = snapshot.after::<Provider>(paging.after()).map(|provider| &provider.document);
    super::list(&request, &Page::of(providers, paging.limit, |provider| provider.id.to_string()))
}

/// Add a provider
///
/// Its id is made of its name. Its feed is read within seconds. For managers.
#[utoipa::path(
    operation_id = "addProvider",
    tag = "Providers",
    security(("bearer" = [])),
    request_body = ProviderInput,
    responses(
        (status = 201, description = "It is there", body = Provider,
            headers(("ETag" = String, description = "The provider's version, for If-Match and If-None-Match"), ("Location" = String, description = "Where it can be read"))),
        (status = 409, description = "There is one of that name", body = ErrorBody,
            example = json!({"error": "There is already a provider with the id github: GitHub", "details": [{"field": "name", "message": "is taken by another provider"}]})),
        WriteRefused, BodyRefused,
    )
)]
#[post("/api/v1/csp/providers")]
pub(crate) async fn create(
    caller: Caller,
    Json(input): Json<ProviderInput>,
    csp: web::Data<Csp>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Manager)?;
    let new = input.validate(|url| may_reach(&csp, url))?;
    let stamp = csp.scribe.stamp(&caller.subject);
    let add = move |draft: &mut _| writes::add_provider(draft, &stamp, &new, Origin::Person);
    let entry = csp.store.write(add).await?;
    let mut response = HttpResponse::Created();
    let path: String = entry.id.as_str().bytes().map(percent).collect();
    response.insert_header((header::LOCATION, format!("/api/v1/csp/providers/{path}")));
    Ok(super::document(response, &entry))
}

/// An id as a header can hold it: it may have letters beyond ASCII (RFC 3986, 2.1).
fn percent(byte: u8) -> String {
    if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

/// Whether this address may be asked, in words for whoever wrote it.
pub(super) fn may_reach(csp: &Csp, url: &FeedUrl) -> Result<(), String> {
    csp.poller.fetcher().may_reach(url).map_err(|reason| format!("must be on the public network: {reason}"))
}
