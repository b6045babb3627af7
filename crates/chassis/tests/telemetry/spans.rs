//! Spans leave the process, as parts of the caller's trace, and cost nobody anything when the collector is gone.

use std::time::Duration;

use chassis::telemetry::{FLUSH_LIMIT, LogLevel, TelemetryError, TelemetrySettings, join_trace};
use chassis::telemetry::{build, inject, parent_from};
use opentelemetry::trace::TraceContextExt;
use testbed::chaos_proxy::ChaosProxy;
use testbed::collector::{Collector, text};
use tokio::time::Instant;

use crate::begin;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

fn sent_to(url: impl Into<String>) -> TelemetrySettings {
    TelemetrySettings { otlp_endpoint: Some(url.into()), ..TelemetrySettings::default() }
}

/// A request's span, in the trace of a caller who sends `traceparent`.
fn request(traceparent: &str) {
    let span = tracing::info_span!("request", otel.name = "GET /api/v1/servers", otel.kind = "server");
    join_trace(&span, |name| (name == "traceparent").then_some(traceparent));
    span.in_scope(|| tracing::info!("answered"));
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[test]
fn a_span_reaches_the_collector_as_a_part_of_the_callers_trace() {
    let collector = Collector::start();
    let (_, telemetry, _here) = begin(&sent_to(collector.url()), false);
    request(&format!("00-{TRACE}-{PARENT}-01"));
    telemetry.shutdown();

    let deliveries = collector.deliveries();
    assert_eq!((deliveries.len(), deliveries[0].path.as_str()), (1, "/v1/traces"));
    let resource = deliveries[0].request.resource_spans[0].resource.as_ref().unwrap();
    assert_eq!(text(&resource.attributes, "service.name"), Some("inventory-api"));
    assert_eq!(text(&resource.attributes, "service.version"), Some("1.2.3"));
    let spans = collector.spans();
    assert_eq!((spans.len(), spans[0].name.as_str(), spans[0].kind), (1, "GET /api/v1/servers", 2));
    assert_eq!((hexadecimal(&spans[0].trace_id), hexadecimal(&spans[0].parent_span_id)), (TRACE.into(), PARENT.into()));
    assert_eq!(spans[0].events[0].name, "answered");
}

#[test]
fn a_caller_who_does_not_sample_is_followed() {
    let collector = Collector::start();
    let (_, telemetry, _here) = begin(&sent_to(collector.url()), false);
    request(&format!("00-{TRACE}-{PARENT}-00"));
    telemetry.shutdown();
    assert!(collector.spans().is_empty());
}

#[test]
fn a_malformed_parent_starts_a_trace_of_our_own() {
    let malformed = [
        "",
        "00",
        "garbage",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
    ];
    for header in malformed {
        let parent = parent_from(|name| (name == "traceparent").then_some(header));
        assert!(!parent.span().span_context().is_valid(), "{header:?}");
    }
    let collector = Collector::start();
    let (_, telemetry, _here) = begin(&sent_to(collector.url()), false);
    request("garbage");
    telemetry.shutdown();
    let spans = collector.spans();
    assert_eq!((spans.len(), spans[0].parent_span_id.len()), (1, 0));
    assert_ne!(spans[0].trace_id, [0; 16]);
}

#[test]
fn the_trace_is_handed_on_with_its_state() {
    let collector = Collector::start();
    let (_, _telemetry, _here) = begin(&sent_to(collector.url()), false);
    let span = tracing::info_span!("request");
    let parent = format!("00-{TRACE}-{PARENT}-01");
    join_trace(&span, |name| match name {
        "traceparent" => Some(parent.as_str()),
        "tracestate" => Some("vendor=1"),
        _ => None,
    });
    let mut headers = Vec::new();
    span.in_scope(|| inject(|name, value| headers.push((name.to_owned(), value))));
    headers.sort();
    assert!(headers[0].1.starts_with(&format!("00-{TRACE}-")), "{headers:?}");
    assert_eq!(headers[1], ("tracestate".to_owned(), "vendor=1".to_owned()));

    let mut outside = Vec::new();
    inject(|name, _| outside.push(name.to_owned()));
    assert!(outside.iter().all(|name| name != "traceparent"), "{outside:?}");
}

#[test]
fn fewer_log_lines_do_not_mean_fewer_spans() {
    let collector = Collector::start();
    let settings = TelemetrySettings { log_level: "error".parse::<LogLevel>().unwrap(), ..sent_to(collector.url()) };
    let (log, telemetry, _here) = begin(&settings, false);
    request(&format!("00-{TRACE}-{PARENT}-01"));
    telemetry.shutdown();
    assert_eq!((collector.spans().len(), log.text().as_str()), (1, ""));
}

#[test]
fn the_path_of_the_endpoint_is_kept() {
    let collector = Collector::start();
    let (_, telemetry, _here) = begin(&sent_to(format!("{}/otlp/", collector.url())), false);
    request("");
    drop(telemetry);
    assert_eq!(collector.deliveries()[0].path, "/otlp/v1/traces");
}

#[test]
fn a_dead_collector_delays_nobody() {
    let proxy = ChaosProxy::start(Collector::start().address).unwrap();
    for kill in [ChaosProxy::cut, ChaosProxy::stall] {
        kill(&proxy);
        let (_, telemetry, _here) = begin(&sent_to(format!("http://{}", proxy.address())), false);
        let start = Instant::now();
        // five times as many as the queue holds; were one of them to wait for the collector, it would take 10 s
        for _ in 0..10_000 {
            tracing::info_span!("request").in_scope(|| {});
        }
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        let start = Instant::now();
        telemetry.shutdown();
        // two seconds more for a busy machine: without the limit it would be five
        assert!(start.elapsed() < FLUSH_LIMIT + Duration::from_secs(2), "{:?}", start.elapsed());
    }
}

#[test]
fn an_endpoint_that_is_no_url_is_refused() {
    for endpoint in ["localhost:4318", "collector", "grpc://collector:4317", "http://", "/v1/traces"] {
        let error = build(&sent_to(endpoint), "inventory-api", "1", std::io::sink, false).unwrap_err();
        assert!(matches!(error, TelemetryError::Endpoint { .. }), "{error}");
        assert!(error.to_string().contains("http://localhost:4318"), "it shows one that is right: {error}");
    }
}
