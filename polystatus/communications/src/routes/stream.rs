//! `GET /api/v1/public/stream`

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;
use chassis::ApiError;
use chassis::error::ErrorBody;
use futures_util::stream::unfold;
use tokio::sync::broadcast::error::RecvError;

use crate::Communications;
use crate::live;

/// The number of the last event that a client saw, sent by its browser when it connects anew.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// After so much silence a comment is sent, so that proxies do not take the connection for dead.
const SILENCE: Duration = Duration::from_secs(15);

/// What a browser does when the stream breaks: wait two seconds, and connect anew.
const FIRST: Bytes = Bytes::from_static(b"retry: 2000\n\n");

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
        (status = 503, description = "Too many streams are open", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({"error": "Too many streams are open: try again"})),
    )
)]
#[get("/api/v1/public/stream")]
pub(crate) async fn stream(
    request: HttpRequest,
    communications: web::Data<Communications>,
) -> Result<HttpResponse, ApiError> {
    let listening = communications.live.listen();
    let (receiver, place) =
        listening.ok_or_else(|| ApiError::unavailable("Too many streams are open: try again", 5))?;
    let seen = request.headers().get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok());
    // listened to before it is read: what comes between is told twice, and nothing is missed
    let missed = seen.map(|seen| live::missed(&communications.store.read(), seen)).unwrap_or_default();
    let waiting: VecDeque<Bytes> = std::iter::once(FIRST).chain(missed).collect();
    let events = unfold((receiver, waiting, place), |(mut receiver, mut waiting, place)| async move {
        let event = match waiting.pop_front() {
            Some(event) => event,
            None => match tokio::time::timeout(SILENCE, receiver.recv()).await {
                Ok(Ok(event)) if event == live::END => return None,
                Ok(Ok(event)) => event,
                Ok(Err(RecvError::Lagged(_))) => live::reload(),
                Ok(Err(RecvError::Closed)) => return None,
                // nothing was said
                Err(_) => Bytes::from_static(b":\n\n"),
            },
        };
        Some((Ok::<_, Infallible>(event), (receiver, waiting, place)))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/event-stream")
        .streaming(events))
}
