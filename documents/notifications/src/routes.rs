//! The requests of Socket.IO clients.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chassis::ApiError;
use chassis::error::ErrorBody;
use utoipa::{IntoParams, IntoResponses};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::Notifications;
use crate::door::preflight;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(receive).service(send);
    config.route("/socket.io/", web::method(actix_web::http::Method::OPTIONS).to(options));
}

/// What a request says of its connection. The door reads it itself, for websockets too.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "a description")]
struct Connection {
    /// Version of Engine.IO: `4`, or `3` for clients of version 2.
    #[param(rename = "EIO", example = "4")]
    eio: String,
    /// `polling`, or `websocket` with the headers of RFC 6455.
    #[param(example = "polling")]
    transport: String,
    /// The connection; none to open one.
    #[param(required = false)]
    sid: Option<String>,
}

/// What a request of a client can be refused for.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
enum DoorRefused {
    /// It is no request of a Socket.IO client, or its connection is no more
    #[response(status = 400, example = json!({"error": "Session ID unknown"}))]
    BadRequest(ErrorBody),
    /// Pages of this origin may not connect
    #[response(status = 403, example = json!({"error": "Pages of this origin may not connect"}))]
    Forbidden(ErrorBody),
    /// Too many connections of this network address are open
    #[response(status = 429, example = json!({"error": "Too many requests"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds")))]
    TooMany(ErrorBody),
    /// Too many connections are open
    #[response(status = 503, example = json!({"error": "Too many streams are open: try again"}),
        headers(("Retry-After" = u32, description = "Try again after so many seconds")))]
    Unavailable(ErrorBody),
}

/// Open a connection, or wait for what it has to say
///
/// For clients of Socket.IO, which do this by themselves. Opening needs no token: until it has shown one by
/// `User_connect` or `Admin_connect`, a connection hears nothing.
#[utoipa::path(
    tag = "Socket.IO",
    params(Connection),
    responses(
        (status = 200, description = "Packets of Engine.IO", body = String, content_type = "text/plain",
            example = "0{\"sid\":\"AAAAAAAAAAAAAAHs\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000}"),
        (status = 101, description = "A websocket"),
        DoorRefused,
    )
)]
#[get("/socket.io/")]
async fn receive(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Notifications>,
) -> Result<HttpResponse, ApiError> {
    service.door.answer(&request, payload).await
}

/// Send packets over a connection
#[utoipa::path(
    tag = "Socket.IO",
    params(Connection),
    request_body(content = String, content_type = "text/plain", description = "Packets of Engine.IO",
        example = "42[\"User_connect\",\"docs_0b7e\"]"),
    responses(
        (status = 200, description = "They were taken", body = String, content_type = "text/plain", example = "ok"),
        (status = 413, description = "They are too large", body = ErrorBody,
            example = json!({"error": "The body must not be larger than 262144 bytes"})),
        DoorRefused,
    )
)]
#[post("/socket.io/")]
async fn send(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Notifications>,
) -> Result<HttpResponse, ApiError> {
    service.door.answer(&request, payload).await
}

async fn options(request: HttpRequest, service: web::Data<Notifications>) -> Result<HttpResponse, ApiError> {
    preflight(&request, &service.door.settings().allowed_origins)
}
