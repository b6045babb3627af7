//! What happens around every request: its id, its figures, its line in the log, and a 500 in the place of a panic.
//!
//! One layer of our own instead of four of others. On a read of the inventory the handler takes less than a
//! microsecond, so what stands around it must take little more: a span is made only where somebody looks at it.

use std::future::{Ready, ready};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpMessage, HttpRequest};
use futures_util::FutureExt;
use futures_util::future::CatchUnwind;
use pin_project_lite::pin_project;
use tokio::time::Instant;
use tracing::instrument::Instrumented;
use tracing::{Instrument, Level, Span};

use crate::error::ApiError;
use crate::metrics::{Metrics, RouteFigures};
use crate::service::Foundation;
use crate::telemetry::{WithRequestId, join_trace, tracing_on, with_request_id};

/// The header that carries a request's id, from the client, to the peers, and back.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An id that a client chose is taken over if it is no longer than this: it goes into every line of the log.
const LONGEST_REQUEST_ID: usize = 64;

/// The layer; cloned into each worker.
#[derive(Clone)]
pub(crate) struct Observe {
    metrics: Arc<Metrics>,
    ids: Arc<RequestIds>,
}

/// Makes ids for requests that have none. They are told apart from those of every other process by the first half, and
/// from one another by the second.
struct RequestIds {
    prefix: u32,
    next: AtomicU32,
}

impl Observe {
    pub(crate) fn new(foundation: &Foundation) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "half of the random bits are enough")]
        let prefix = foundation.ids.next() as u32;
        let ids = RequestIds { prefix, next: AtomicU32::new(0) };
        Self { metrics: Arc::clone(&foundation.metrics), ids: Arc::new(ids) }
    }
}

impl RequestIds {
    /// The client's id, if it is fit for a log; else a new one.
    fn of(&self, request: &ServiceRequest) -> HeaderValue {
        request.headers().get(REQUEST_ID).filter(|id| is_fit(id)).cloned().unwrap_or_else(|| self.make())
    }

    fn make(&self) -> HeaderValue {
        let number = u64::from(self.prefix) << 32 | u64::from(self.next.fetch_add(1, Ordering::Relaxed));
        // a digit at a time: `format!` would take a tenth of what the whole layer does
        let digits: [u8; 16] = std::array::from_fn(|place| hexadecimal_digit(number >> (60 - 4 * place)));
        HeaderValue::from_bytes(&digits).expect("hexadecimal digits fit a header")
    }
}

/// The digit for the last four bits of a number.
fn hexadecimal_digit(number: u64) -> u8 {
    b"0123456789abcdef"[usize::try_from(number & 15).unwrap_or_default()]
}

fn is_fit(id: &HeaderValue) -> bool {
    let fit = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    (1..=LONGEST_REQUEST_ID).contains(&id.len()) && id.as_bytes().iter().all(fit)
}

impl<S, B> Transform<S, ServiceRequest> for Observe
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = Observed<S>;
    type InitError = ();
    type Future = Ready<Result<Observed<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        let figures = Rc::new(RouteFigures::of(&self.metrics));
        ready(Ok(Observed { inner, figures, ids: Arc::clone(&self.ids) }))
    }
}

pub(crate) struct Observed<S> {
    inner: S,
    figures: Rc<RouteFigures>,
    ids: Arc<RequestIds>,
}

impl<S, B> Service<ServiceRequest> for Observed<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = Answering<S::Future>;

    forward_ready!(inner);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let started = Instant::now();
        let id = self.ids.of(&request);
        let method = name_of(request.method());
        // every GET answers a HEAD (RFC 9110, 9.3.2): the connection leaves the body out by itself
        if request.method() == Method::HEAD {
            request.head_mut().method = Method::GET;
        }
        let span = if tracing_on() { span_of(&request, method) } else { Span::none() };
        let known_as = id.to_str().unwrap_or_default();
        let inner = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        let inner = with_request_id(known_as, inner).instrument(span);
        Answering { inner, id: Some(id), method, started, figures: Rc::clone(&self.figures) }
    }
}

pin_project! {
    /// A request that is being answered. Not an `async` block, which would need a box: of all that this layer does,
    /// the box took the longest.
    pub(crate) struct Answering<F> {
        #[pin]
        inner: Instrumented<WithRequestId<CatchUnwind<AssertUnwindSafe<F>>>>,
        // taken when the answer is there
        id: Option<HeaderValue>,
        method: &'static str,
        started: Instant,
        figures: Rc<RouteFigures>,
    }
}

impl<F, B> Future for Answering<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = Result<ServiceResponse<B>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answered = ready!(this.inner.poll(context));
        let took = this.started.elapsed();
        let id = this.id.take();
        // a request goes with its answer, and is gone with a panic: all that is known of it then is its id
        match answered.unwrap_or_else(|_panic| Err(ApiError::unexpected().into())) {
            Ok(mut response) => {
                let status = response.status();
                let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
                this.figures.count(this.method, route, status.as_u16(), took.as_secs_f64());
                log(this.method, response.request().path(), status, took, Expected::of(response.request()));
                mark(response.headers_mut(), id);
                Poll::Ready(Ok(response))
            }
            Err(error) => {
                let mut response = error.error_response();
                let status = response.status();
                this.figures.count(this.method, "unknown".to_owned(), status.as_u16(), took.as_secs_f64());
                log(this.method, "unknown", status, took, Expected::default());
                mark(response.headers_mut(), id);
                Poll::Ready(Err(InternalError::from_response(error, response).into()))
            }
        }
    }
}

/// The headers that every answer has.
fn mark(headers: &mut HeaderMap, id: Option<HeaderValue>) {
    if let Some(id) = id {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// A span for the collector, as a part of the caller's trace.
fn span_of(request: &ServiceRequest, method: &'static str) -> tracing::Span {
    let span =
        tracing::info_span!("request", otel.kind = "server", http.request.method = method, url.path = request.path());
    join_trace(&span, |name| request.headers().get(name)?.to_str().ok());
    span
}

/// What a handler puts into its request's extensions when it changes nothing, though the method says that it may: a question
/// too long for a query, asked as often as one reads.
#[derive(Debug, Clone, Copy)]
pub struct OnlyReads;

/// What a handler puts into its request's extensions when to find nothing is an answer like another: whoever asks whether
/// there is one, and asks again every few seconds, has made no mistake.
#[derive(Debug, Clone, Copy)]
pub struct MayBeNone;

/// What a handler has said of its request.
#[derive(Debug, Clone, Copy, Default)]
struct Expected {
    only_reads: bool,
    may_be_none: bool,
}

impl Expected {
    fn of(request: &HttpRequest) -> Self {
        let said = request.extensions();
        Self { only_reads: said.contains::<OnlyReads>(), may_be_none: said.contains::<MayBeNone>() }
    }
}

/// A line for what changed something or failed; reads have theirs at the level `debug`.
fn log(method: &'static str, path: &str, status: StatusCode, took: Duration, expected: Expected) {
    let level = level(method, status, expected);
    let status = status.as_u16();
    macro_rules! answered {
        ($level:ident) => {
            tracing::$level!(method, path, status, seconds = took.as_secs_f64(), "answered")
        };
    }
    match level {
        Level::WARN => answered!(warn),
        Level::INFO => answered!(info),
        _ => answered!(debug),
    }
}

fn level(method: &str, status: StatusCode, expected: Expected) -> Level {
    match (status.as_u16(), method) {
        (500.., _) => Level::WARN,
        (404, _) if expected.may_be_none => Level::DEBUG,
        (400.., _) => Level::INFO,
        (_, "POST" | "PUT" | "PATCH" | "DELETE") if !expected.only_reads => Level::INFO,
        _ => Level::DEBUG,
    }
}

/// The method's name for a label: one that nobody knows must not make a new series.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_has_a_line_and_what_reads_has_none() {
        let reads = Expected { only_reads: true, may_be_none: false };
        let optional = Expected { only_reads: false, may_be_none: true };
        for (method, status, said, expected) in [
            ("GET", 200, Expected::default(), Level::DEBUG),
            ("POST", 201, Expected::default(), Level::INFO),
            ("DELETE", 204, Expected::default(), Level::INFO),
            ("POST", 200, reads, Level::DEBUG),
            ("POST", 400, reads, Level::INFO),
            ("GET", 404, Expected::default(), Level::INFO),
            ("GET", 404, optional, Level::DEBUG),
            ("GET", 403, optional, Level::INFO),
            ("GET", 503, optional, Level::WARN),
        ] {
            assert_eq!(level(method, StatusCode::from_u16(status).unwrap(), said), expected, "{method} {status}");
        }
    }
}
