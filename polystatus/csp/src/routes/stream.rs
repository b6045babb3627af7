//! `GET /api/v1/csp/stream`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::streams::{StreamRefused, reload};

use crate::Csp;

/// Follow how the providers are, as server-sent events
///
/// `status` and `provider-event`, each with the whole document; `reload` says that something was missed, and that the lists
/// are to be read again.
#[utoipa::path(
    operation_id = "streamStatus",
    tag = "Status",
    responses(
        (status = 200, description = "An event for each change, until the client hangs up", body = String,
            content_type = "text/event-stream", example = "retry: 2000\n\n"),
        StreamRefused,
    )
)]
#[get("/api/v1/csp/stream")]
pub(crate) async fn stream(request: HttpRequest, csp: web::Data<Csp>) -> Result<HttpResponse, ApiError> {
    // whoever comes anew may have missed something; what is known of all providers is one small answer
    csp.streams.follow(&request, |_| vec![reload()])
}
