//! Spans to a collector, over OTLP.

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

use super::TelemetryError;
use super::settings::SILENT;

/// What makes spans and sends them in batches, from a thread of its own; none without an endpoint.
///
/// Batches, queue, sampler and time-outs are OpenTelemetry's defaults (512 spans or 5 s, 2048 spans, all, 10 s), which
/// its own variables change: `OTEL_BSP_…`, `OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_TIMEOUT`. A full queue drops spans
/// and never makes a request wait.
pub(super) fn provider(
    endpoint: Option<&str>,
    service: &str,
    version: &str,
) -> Result<Option<SdkTracerProvider>, TelemetryError> {
    // an empty variable is how a compose file says "not set"
    let Some(given) = endpoint.filter(|given| !given.is_empty()) else { return Ok(None) };
    let refused = || TelemetryError::Endpoint { given: given.to_owned() };
    let base = reqwest::Url::parse(given).map_err(|_| refused())?;
    if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
        return Err(refused());
    }
    crate::client::install_crypto();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        // the variable names a base, to which each signal adds its path (OTLP exporter specification)
        .with_endpoint(format!("{}/v1/traces", base.as_str().trim_end_matches('/')))
        .build()?;
    let resource = Resource::builder()
        .with_service_name(service.to_owned())
        .with_attribute(KeyValue::new("service.version", version.to_owned()))
        .build();
    Ok(Some(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
}

/// Gives the spans of `tracing` to `provider`.
pub(super) fn layer<S>(provider: &SdkTracerProvider, service: &str) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'s> LookupSpan<'s> + Send + Sync,
{
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer(service.to_owned()))
        // threads and source lines say nothing about a request, and cost bytes in each span
        .with_location(false)
        .with_threads(false)
        // below INFO are the spans that HTTP libraries make of each frame
        .with_filter(Targets::new().with_default(LevelFilter::INFO).with_target(SILENT, LevelFilter::OFF))
}
