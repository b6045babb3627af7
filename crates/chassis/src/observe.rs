//! What happens around every request: its id, its figures, its line in the log, and a 500 in the place of a panic.
//!
//! One layer of our own instead of four of others. On a read of the inventory the handler takes less than a
//! microsecond, so what stands around it must take little more: a span is made only where somebody looks at it.

use std::future::{Ready, ready};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::{HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use actix_web::http::{Method, StatusCode};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::time::Instant;
use tracing::Instrument;

use crate::error::ApiError;
use crate::metrics::{Metrics, RequestLabels, RouteLabels};
use crate::service::Foundation;
use crate::telemetry::{join_trace, tracing_on, with_request_id};

/// The header that carries a request's id, from the client, to the peers, and back.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An id that a client chose is taken over if it is no longer than this: it goes into every line of the log.
const LONGEST_REQUEST_ID: usize = 64;

/// The layer; cloned into each worker.
#[derive(Clone)]
pub(crate) struct Observe(Arc<Shared>);

struct Shared {
    metrics: Arc<Metrics>,
    /// Told apart from the ids of every other process by the first half, and from one another by the second.
    prefix: u32,
    next: AtomicU64,
}

impl Observe {
    pub(crate) fn new(foundation: &Foundation) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "half of the random bits are enough")]
        let prefix = foundation.ids.next() as u32;
        Self(Arc::new(Shared { metrics: Arc::clone(&foundation.metrics), prefix, next: AtomicU64::new(0) }))
    }
}

impl Shared {
    /// The client's id, if it is fit for a log; else a new one.
    fn request_id(&self, request: &ServiceRequest) -> HeaderValue {
        let fit = |id: &&HeaderValue| {
            id.len() <= LONGEST_REQUEST_ID
                && !id.is_empty()
                && id.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
        };
        request.headers().get(REQUEST_ID).filter(fit).cloned().unwrap_or_else(|| {
            let id = format!("{:08x}{:08x}", self.prefix, self.next.fetch_add(1, Ordering::Relaxed));
            HeaderValue::from_str(&id).expect("hexadecimal digits fit a header")
        })
    }

    fn count(&self, method: &'static str, route: String, status: StatusCode, started: Instant) {
        let labels = RouteLabels { method, route };
        self.metrics.durations.get_or_create(&labels).observe(started.elapsed().as_secs_f64());
        let labels = RequestLabels { method, route: labels.route, status: status.as_u16() };
        self.metrics.requests.get_or_create(&labels).inc();
    }
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
        ready(Ok(Observed { inner, shared: Arc::clone(&self.0) }))
    }
}

pub(crate) struct Observed<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S, B> Service<ServiceRequest> for Observed<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<ServiceResponse<B>, Error>>;

    forward_ready!(inner);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let started = Instant::now();
        let shared = Arc::clone(&self.shared);
        let id = shared.request_id(&request);
        let method = name_of(request.method());
        // every GET answers a HEAD (RFC 9110, 9.3.2): the connection leaves the body out by itself
        if request.method() == Method::HEAD {
            request.head_mut().method = Method::GET;
        }
        let span = tracing_on().then(|| span_of(&request, method));
        let answered = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        let known_as: Arc<str> = id.to_str().unwrap_or_default().into();
        let answered = with_request_id(known_as, async move {
            let mut response = answered.await.unwrap_or_else(|_| Err(ApiError::unexpected().into()))?;
            let status = response.status();
            let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
            shared.count(method, route, status, started);
            log(method, response.request().path(), status, started);
            response.headers_mut().insert(REQUEST_ID, id);
            response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            Ok(response)
        });
        match span {
            Some(span) => Box::pin(answered.instrument(span)),
            None => Box::pin(answered),
        }
    }
}

/// A span for the collector, as a part of the caller's trace.
fn span_of(request: &ServiceRequest, method: &'static str) -> tracing::Span {
    let span =
        tracing::info_span!("request", otel.kind = "server", http.request.method = method, url.path = request.path());
    join_trace(&span, |name| request.headers().get(name)?.to_str().ok());
    span
}

/// A line for what changed something or failed; reads have theirs at the level `debug`.
fn log(method: &'static str, path: &str, status: StatusCode, started: Instant) {
    let status = status.as_u16();
    macro_rules! answered {
        ($level:ident) => {
            tracing::$level!(method, path, status, seconds = started.elapsed().as_secs_f64(), "answered")
        };
    }
    match (status, method) {
        (500.., _) => answered!(warn),
        (400.., _) | (_, "POST" | "PUT" | "PATCH" | "DELETE") => answered!(info),
        _ => answered!(debug),
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
