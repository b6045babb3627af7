//! The endpoints, a file each.

mod ansible;
mod create;
mod delete;
mod export;
mod history;
pub(crate) mod import;
mod list;
mod read;
mod replace;
mod service_discovery;
mod update;

use actix_web::dev::Payload;
use actix_web::http::header::ETag;
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, web};
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::routes::unmatched;
use std::future::{Ready, ready};
use utoipa::{IntoParams, IntoResponses};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::command::Outcome;
use crate::etag;

/// Every endpoint. The fixed paths come before `/servers/{id}`, which would match them too.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(create::create)
        .service(export::export)
        .service(import::import)
        .service(service_discovery::service_discovery)
        .service(ansible::ansible);
    // with any other method they are known paths still, 405, and not servers that nobody knows
    for path in ["/api/v1/servers/import", "/api/v1/servers/sd", "/api/v1/servers/ansible"] {
        config.route(path, web::to(unmatched));
    }
    config
        .service(read::read)
        .service(replace::replace)
        .service(update::update)
        .service(delete::delete)
        .service(history::history);
}

/// What the OpenAPI description of a route with an id lists.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum NoSuchServer {
    /// There is no such server
    #[response(status = 404, example = json!({"error": "Server not found"}))]
    NotFound(ErrorBody),
}

/// What the OpenAPI description of a route that names a server lists.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum HostnameTaken {
    /// Another server has that hostname
    #[response(status = 409, example = json!({
        "error": "There is already a server with the hostname web-prod-01",
        "details": [{"field": "hostname", "message": "is taken by another server"}]
    }))]
    Conflict(ErrorBody),
}

/// The id in a path, as the OpenAPI description of a route lists it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description: the id is read by ServerId")]
struct IdInPath {
    /// The server's id.
    #[param(minimum = 1, example = 1)]
    id: i64,
}

/// The id in a path. What is not a number names no server: 404, not 400.
pub(crate) struct ServerId(i64);

impl FromRequest for ServerId {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|id| id.parse().ok());
        ready(id.map(Self).ok_or_else(|| ApiError::not_found("Server not found")))
    }
}

/// The server that came of a write, with its new `ETag`.
fn written(mut response: HttpResponseBuilder, outcome: &Outcome) -> HttpResponse {
    match outcome {
        Outcome::Server(server) => response.insert_header(ETag(etag::of_server(server))).json(server),
        Outcome::Deleted => response.finish(),
        Outcome::Imported(report) => response.json(report),
    }
}
