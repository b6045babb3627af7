//! `GET /api/v1/public/stream`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::streams::StreamRefused;

use crate::Communications;
use crate::live;

/// Follow what the public is told, as server-sent events
///
/// `incident` and `maintenance` with the whole of it, `banner` (null when there is none), `status` with the indicator and
/// each component's state; `reload` says that something was missed, and that everything is to be read again. With
/// `Last-Event-ID` the stream begins with what has changed since.
#[utoipa::path(
    operation_id = "streamPublic",
    tag = "Public",
    responses(
        (status = 200, description = "Events, until the client hangs up", body = String,
            content_type = "text/event-stream", example = "retry: 2000\n\n"),
        StreamRefused,
    )
)]
#[get("/api/v1/public/stream")]
pub(crate) async fn stream(
    request: HttpRequest,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    communications.streams.follow(&request, |seen| live::missed(&communications.store.read(), seen))
}
