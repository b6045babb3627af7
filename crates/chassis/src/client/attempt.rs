//! One attempt: a request out, an answer in.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::timeout;
use tracing::{Instrument, Span, field};

use super::{Call, PeerError, Response, retry};
use crate::observe::REQUEST_ID;
use crate::telemetry;

/// What makes attempts at one peer.
#[derive(Debug)]
pub(super) struct Attempts {
    pub(super) peer: Arc<str>,
    pub(super) client: reqwest::Client,
    /// In bytes.
    pub(super) largest_body: usize,
}

impl Attempts {
    /// Attempt number `number` (from 0) at `call`, given up after `time`.
    pub(super) async fn make(&self, call: &Call<'_>, number: u32, time: Duration) -> Result<Response, PeerError> {
        let span = self.span(call, number);
        let answer = timeout(time, self.exchange(call).instrument(span.clone())).await;
        let answer = answer.unwrap_or_else(|_| Err(PeerError::Timeout { peer: self.peer(), after: time }));
        match &answer {
            Ok(response) => {
                span.record("http.response.status_code", response.status.as_u16());
            }
            Err(error) => {
                span.record("otel.status_code", "ERROR").record("error.type", error.kind());
                if let PeerError::Failing { status, .. } = error {
                    span.record("http.response.status_code", status.as_u16());
                }
            }
        }
        answer
    }

    /// The span of an attempt, named as OpenTelemetry's semantic conventions for HTTP clients ask for.
    fn span(&self, call: &Call<'_>, number: u32) -> Span {
        if !telemetry::tracing_on() {
            return Span::none();
        }
        tracing::info_span!(
            "call",
            otel.name = call.method.as_str(),
            otel.kind = "client",
            otel.status_code = field::Empty,
            peer.service = &*self.peer,
            http.request.method = call.method.as_str(),
            http.request.resend_count = number,
            http.response.status_code = field::Empty,
            server.address = call.url.host_str(),
            server.port = call.url.port_or_known_default(),
            // without the query: it may hold what is nobody's business
            url.path = call.url.path(),
            error.type = field::Empty,
        )
    }

    async fn exchange(&self, call: &Call<'_>) -> Result<Response, PeerError> {
        let mut request = self.client.request(call.method.clone(), call.url.clone()).headers(call.headers.clone());
        request = request.headers(context());
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        let mut answer = request.send().await.map_err(|error| self.failure(error))?;
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        // read also when it is not looked at: only then can the connection be used again
        let body = self.body(answer).await;
        if status.is_server_error() || status == reqwest::StatusCode::TOO_MANY_REQUESTS {
            let retry_after = retry::retry_after(&headers);
            return Err(PeerError::Failing { peer: self.peer(), status, retry_after });
        }
        Ok(Response { peer: self.peer(), status, headers, body: body? })
    }

    /// The body, unless it is too large. What the peer announces is looked at first, and not believed.
    async fn body(&self, mut answer: reqwest::Response) -> Result<Bytes, PeerError> {
        let limit = self.largest_body;
        let too_large = || PeerError::TooLarge { peer: self.peer(), limit };
        let announced = answer.content_length().unwrap_or_default();
        if usize::try_from(announced).map_or(true, |announced| announced > limit) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| self.failure(error))? {
            if body.len() + piece.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&piece);
        }
        Ok(body.freeze())
    }

    /// The head of an answer whose body is read later, given up after `time`.
    pub(super) async fn open(&self, call: &Call<'_>, time: Duration) -> Result<reqwest::Response, PeerError> {
        let request = self.client.request(call.method.clone(), call.url.clone()).headers(call.headers.clone());
        let answer = timeout(time, request.headers(context()).send()).await;
        let answer = answer.map_err(|_| PeerError::Timeout { peer: self.peer(), after: time })?;
        answer.map_err(|error| self.failure(error))
    }

    fn failure(&self, error: reqwest::Error) -> PeerError {
        failure_of(&self.peer, error)
    }

    fn peer(&self) -> Arc<str> {
        Arc::clone(&self.peer)
    }
}

/// What went wrong, without what may be secret.
pub(super) fn failure_of(peer: &Arc<str>, error: reqwest::Error) -> PeerError {
    let connecting = error.is_connect();
    // the URL may hold secrets, and the outer errors only say that the inner ones happened
    let mut cause: &dyn Error = &error.without_url();
    while let Some(source) = cause.source() {
        cause = source;
    }
    let (peer, reason) = (Arc::clone(peer), cause.to_string());
    if connecting { PeerError::Unreachable { peer, reason } } else { PeerError::Broken { peer, reason } }
}

/// What tells the peer of which request and which trace this call is a part.
fn context() -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name: &str, value: &str| {
        // an id that is no header value came from elsewhere, and is not worth a failed call
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    };
    if let Some(id) = telemetry::request_id() {
        set(REQUEST_ID.as_str(), &id);
    }
    telemetry::inject(|name, value| set(name, &value));
    headers
}
