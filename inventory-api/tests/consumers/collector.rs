//! An OpenTelemetry collector hears of a request, as a part of its caller's trace.

use testbed::collector::{Collector, text};

use crate::inventory::Inventory;

#[test]
fn a_request_becomes_a_span_of_its_callers_trace() {
    let collector = Collector::start();
    let mut inventory = Inventory::start_with(|program| program.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()));
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    ureq::get(inventory.service.url("/api/v1/servers/1")).header("traceparent", traceparent).call().unwrap();
    // the last spans are sent when it ends
    assert!(inventory.service.terminate().success(), "{}", inventory.service.stderr());

    let spans = collector.spans();
    let span = spans.iter().find(|span| text(&span.attributes, "url.path") == Some("/api/v1/servers/1"));
    let span = span.unwrap_or_else(|| panic!("no span of the request: {spans:?}"));
    // ids are bytes in OTLP
    assert_eq!(span.trace_id, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes());
    assert_eq!(span.parent_span_id, 0xb7ad_6b71_6920_3331_u64.to_be_bytes());
    assert_eq!(text(&span.attributes, "http.request.method"), Some("GET"));
    let resource = collector.deliveries()[0].request.resource_spans[0].resource.clone().expect("who sent it");
    assert_eq!(text(&resource.attributes, "service.name"), Some("inventory-api"));
}
