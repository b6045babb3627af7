//! `GET /api/v1/flags/stream` and `GET /ofrep/v1/sse`

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;
use chassis::ApiError;
use chassis::error::ErrorBody;
use futures_util::stream::unfold;
use tokio::sync::broadcast::error::RecvError;
use utoipa::IntoParams;

use super::refusals::EvaluatorRefused;
use crate::Flags;
use crate::access::Listener;
use crate::live::{self, Stream};

/// The number of the last event that a client saw, sent by its browser when it connects anew.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// After so much silence a comment is sent, so that proxies do not take the connection for dead.
const SILENCE: Duration = Duration::from_secs(15);

/// What a browser does when the stream breaks: wait two seconds, and connect anew.
const FIRST: Bytes = Bytes::from_static(b"retry: 2000\n\n");

/// What a browser shows instead of the evaluation key.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "a description: it is read where access is checked")]
pub(crate) struct Ticket {
    /// From the `eventStreams` of a bulk answer, where evaluations need a key.
    #[param(required = false)]
    ticket: String,
}

/// Follow what changes, as server-sent events
///
/// `change` for each change of a flag or a segment; `reload` says that something was missed. With `Last-Event-ID` the
/// stream begins with what was changed since.
#[utoipa::path(
    operation_id = "streamChanges",
    tag = "Flags",
    params(Ticket),
    responses(
        (status = 200, description = "An event for each change, until the client hangs up", body = String,
            content_type = "text/event-stream", example = "retry: 2000\n\n"),
        (status = 503, description = "Too many streams are open", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({"error": "Too many streams are open: try again"})),
        EvaluatorRefused,
    )
)]
#[get("/api/v1/flags/stream")]
pub(crate) async fn changes(
    _: Listener,
    request: HttpRequest,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    follow(&request, &flags, Stream::Changes)
}

/// Hear that flags are to be evaluated again, as OFREP's clients do
#[utoipa::path(
    operation_id = "ofrepStream",
    tag = "Evaluation",
    params(Ticket),
    responses(
        (status = 200, description = "`refetchEvaluation` whenever something has changed, until the client hangs up",
            body = String, content_type = "text/event-stream", example = "retry: 2000\n\n"),
        (status = 503, description = "Too many streams are open", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({"error": "Too many streams are open: try again"})),
        EvaluatorRefused,
    )
)]
#[get("/ofrep/v1/sse")]
pub(crate) async fn refetches(
    _: Listener,
    request: HttpRequest,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    follow(&request, &flags, Stream::Refetches)
}

fn follow(request: &HttpRequest, flags: &Flags, stream: Stream) -> Result<HttpResponse, ApiError> {
    let listening = flags.live.listen(stream);
    let mut listening = listening.ok_or_else(|| ApiError::unavailable("Too many streams are open: try again", 5))?;
    let seen = request.headers().get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok());
    // listened to before it is read: what comes between is told twice, and nothing is missed
    let missed = seen.map(|seen| live::missed(&flags.store.read(), &flags.ruleset(), stream, seen));
    listening.waiting.push_back(FIRST);
    listening.waiting.extend(missed.unwrap_or_default());
    let events = unfold(listening, |mut listening| async move {
        let event = match listening.waiting.pop_front() {
            Some(event) => event,
            None => match tokio::time::timeout(SILENCE, listening.receiver.recv()).await {
                Ok(Ok(event)) if event == live::END => return None,
                Ok(Ok(event)) => event,
                Ok(Err(RecvError::Lagged(_))) => listening.lost.clone(),
                Ok(Err(RecvError::Closed)) => return None,
                // nothing was said
                Err(_) => Bytes::from_static(b":\n\n"),
            },
        };
        Some((Ok::<_, Infallible>(event), listening))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/event-stream")
        .streaming(events))
}
