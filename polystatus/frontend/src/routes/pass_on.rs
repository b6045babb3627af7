//! What somebody sends, on its way to the service that takes it: with a number in the place of the sender's address, and so often
//! an hour at most.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use chassis::client::{Peer, PeerError, Response};
use serde_json::Value;

use super::form::{Outcome, texts_for};
use crate::Frontend;
use crate::texts::Texts;

/// Send it there. The status of the service's answer, or what is said to the sender: `refused`, when the service takes it for wrong.
pub(super) async fn pass_on(
    request: &HttpRequest,
    frontend: &Frontend,
    (peer, path): (&Peer, &str),
    body: &Value,
    refused: Outcome<'static>,
) -> Result<u16, Outcome<'static>> {
    let t = texts_for(request);
    let origin = frontend.settings.trusted_proxies.client_of(request);
    let person = frontend.persons.admit(origin, frontend.clock.unix_seconds());
    let person = person.map_err(|seconds| too_many(t, seconds))?;
    let call = peer.post(path).header("x-forwarded-for", person.to_string());
    match call.json(body).send().await.and_then(Response::ok) {
        Ok(response) => Ok(response.status().as_u16()),
        Err(PeerError::Refused { status, .. }) if matches!(status.as_u16(), 400 | 404 | 422) => Err(refused),
        Err(PeerError::Failing { status, retry_after, .. }) if status.as_u16() == 429 => {
            let seconds = retry_after.and_then(|after| u32::try_from(after.as_secs()).ok());
            Err(too_many(t, seconds.unwrap_or(60).max(1)))
        }
        Err(error) => {
            tracing::warn!(%error, path, "a form could not be passed on");
            Err(not_taken(t))
        }
    }
}

/// Too many.
const fn too_many(t: &Texts, seconds: u32) -> Outcome<'static> {
    let status = StatusCode::TOO_MANY_REQUESTS;
    Outcome { status, title: t.too_many, text: t.too_many_text, again: Some(seconds) }
}

/// What would take it does not answer.
const fn not_taken(t: &Texts) -> Outcome<'static> {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Outcome { status, title: t.not_taken, text: t.not_taken_text, again: Some(60) }
}
