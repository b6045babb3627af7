//! `GET /api/v1/flags/stream` and `GET /ofrep/v1/sse`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::streams::StreamRefused;
use utoipa::IntoParams;

use super::refusals::EvaluatorRefused;
use crate::Flags;
use crate::access::Listener;
use crate::live;

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
        EvaluatorRefused, StreamRefused,
    )
)]
#[get("/api/v1/flags/stream")]
pub(crate) async fn changes(
    _: Listener,
    request: HttpRequest,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    flags.live.changes.follow(&request, |seen| live::missed_changes(&flags.store.read(), seen))
}

/// Hear that flags are to be evaluated again, as OFREP's clients do
#[utoipa::path(
    operation_id = "ofrepStream",
    tag = "Evaluation",
    params(Ticket),
    responses(
        (status = 200, description = "`refetchEvaluation` whenever something has changed, until the client hangs up",
            body = String, content_type = "text/event-stream", example = "retry: 2000\n\n"),
        EvaluatorRefused, StreamRefused,
    )
)]
#[get("/ofrep/v1/sse")]
pub(crate) async fn refetches(
    _: Listener,
    request: HttpRequest,
    flags: web::Data<Flags>,
) -> Result<HttpResponse, ApiError> {
    let missed = |seen| live::missed_refetches(&flags.store.read(), &flags.ruleset(), seen);
    flags.live.refetches.follow(&request, missed)
}
