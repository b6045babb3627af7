//! `GET /api/v1/incidents/stream`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::streams::StreamRefused;

use crate::Incidents;
use crate::live;

/// Follow what changes, as server-sent events
///
/// `incident`, `service` and `report-state`, each with the whole document as it is then; `reload` says that something
/// was missed, and that the lists are to be read again. With `Last-Event-ID` the stream begins with what was changed
/// since. A service that was taken out of the catalogue is not told.
#[utoipa::path(
    operation_id = "streamChanges",
    tag = "Incidents",
    responses(
        (status = 200, description = "An event for each change, until the client hangs up", body = String,
            content_type = "text/event-stream", example = "retry: 2000\n\n"),
        StreamRefused,
    )
)]
#[get("/api/v1/incidents/stream")]
pub(crate) async fn stream(request: HttpRequest, incidents: web::Data<Incidents>) -> Result<HttpResponse, ApiError> {
    incidents.streams.follow(&request, |seen| live::missed(&incidents.store.read(), seen))
}
