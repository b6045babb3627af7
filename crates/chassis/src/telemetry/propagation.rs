//! W3C Trace Context: one trace goes through all services that work on one request.
//!
//! The headers are given as closures, since the server and the client have header maps of different crates.

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The caller's trace, from the headers `traceparent` and `tracestate` (W3C Trace Context level 1, section 3).
///
/// A malformed or absent header gives an empty context: the trace then starts here.
pub fn parent_from<'h>(header: impl Fn(&str) -> Option<&'h str>) -> Context {
    let headers = Headers { traceparent: header("traceparent"), tracestate: header("tracestate") };
    // not `extract`: it falls back on this thread's current context
    TraceContextPropagator::new().extract_with_context(&Context::new(), &headers)
}

/// Make `span` a part of the caller's trace. To be called before the span is entered for the first time.
pub fn join_trace<'h>(span: &Span, header: impl Fn(&str) -> Option<&'h str>) {
    // refused when spans are not exported: there is no trace to join then
    let _ = span.set_parent(parent_from(header));
}

/// Give the current trace's headers to `set`, so that the service that is called joins it. Gives none when there is no
/// trace.
pub fn inject(set: impl FnMut(&str, String)) {
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut Set(set));
}

/// The two headers of the recommendation.
struct Headers<'h> {
    traceparent: Option<&'h str>,
    tracestate: Option<&'h str>,
}

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => self.traceparent,
            "tracestate" => self.tracestate,
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}

struct Set<F>(F);

impl<F: FnMut(&str, String)> Injector for Set<F> {
    fn set(&mut self, key: &str, value: String) {
        (self.0)(key, value);
    }
}
