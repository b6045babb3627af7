//! `GET /api/v1/csp/stream`

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use bytes::Bytes;
use chassis::ApiError;
use chassis::error::ErrorBody;
use futures_util::stream::unfold;
use tokio::sync::broadcast::error::RecvError;

use crate::Csp;
use crate::live;

/// After so much silence a comment is sent, so that proxies do not take the connection for dead.
const SILENCE: Duration = Duration::from_secs(15);

/// What a browser does when the stream breaks: wait two seconds, and connect anew. It has missed something then, and so the
/// lists are to be read again: what is known of all providers is one small answer.
const FIRST: Bytes = Bytes::from_static(b"retry: 2000\nevent: reload\ndata: {}\n\n");

const COMMENT: Bytes = Bytes::from_static(b":\n\n");

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
        (status = 503, description = "Too many streams are open", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({"error": "Too many streams are open: try again"})),
    )
)]
#[get("/api/v1/csp/stream")]
pub(crate) async fn stream(csp: web::Data<Csp>) -> Result<HttpResponse, ApiError> {
    let listening = csp.live.listen();
    let (receiver, place) =
        listening.ok_or_else(|| ApiError::unavailable("Too many streams are open: try again", 5))?;
    let events = unfold((receiver, Some(FIRST), place), |(mut receiver, first, place)| async move {
        let event = match first {
            Some(event) => event,
            None => match tokio::time::timeout(SILENCE, receiver.recv()).await {
                Ok(Ok(event)) if event == live::END => return None,
                Ok(Ok(event)) => event,
                Ok(Err(RecvError::Lagged(_))) => live::RELOAD,
                Ok(Err(RecvError::Closed)) => return None,
                Err(_) => COMMENT,
            },
        };
        Some((Ok::<_, Infallible>(event), (receiver, None, place)))
    });
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, "text/event-stream"));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    Ok(response.streaming(events))
}
