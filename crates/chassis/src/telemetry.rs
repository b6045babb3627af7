//! What a service says of itself while it runs: log lines on stderr, and spans sent to an OpenTelemetry collector.
//!
//! Logs go to stderr because stdout belongs to what a command prints (`openapi > swagger.yaml` must stay a document).
//! Spans are made only when somebody collects them, see [`tracing_on`]: a span per request costs about as much as
//! answering a small request from memory.

mod json;
mod otlp;
mod propagation;
mod request_id;
mod settings;
mod text;

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Dispatch;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

pub use propagation::{inject, join_trace, parent_from};
pub use request_id::{WithRequestId, request_id, with_request_id};
pub use settings::{LogFormat, LogLevel, TelemetrySettings};

/// How long a service that ends waits for its last spans to leave.
///
/// Two seconds: an orchestrator gives ten (Docker) or thirty (Kubernetes) from SIGTERM to SIGKILL, and open requests
/// need them more than spans do.
pub const FLUSH_LIMIT: Duration = Duration::from_secs(2);

static TRACING_ON: AtomicBool = AtomicBool::new(false);

/// Whether spans are exported. One relaxed load: cheap enough to ask on every request.
pub fn tracing_on() -> bool {
    TRACING_ON.load(Ordering::Relaxed)
}

/// Why logs and traces could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The collector's address is no URL that spans can be sent to.
    #[error(
        "--otlp-endpoint (OTEL_EXPORTER_OTLP_ENDPOINT) must be an http:// or https:// URL such as http://localhost:4318, not `{given}`"
    )]
    Endpoint {
        /// What was set.
        given: String,
    },
    /// The exporter refused one of OpenTelemetry's own settings (`OTEL_EXPORTER_OTLP_…`).
    #[error("cannot export spans over OTLP: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// Something else in this process has taken the logs already.
    #[error("logs are set up already: call telemetry::init once, in main")]
    AlreadySet,
}

/// Set up logs, and traces where a collector is set, for the whole process. Call it once, first thing in `main`.
///
/// Keep the guard until the end: when it is dropped, the spans that are still in memory are sent.
///
/// # Errors
/// See [`TelemetryError`].
pub fn init(settings: &TelemetrySettings, service: &str, version: &str) -> Result<Telemetry, TelemetryError> {
    let colour = std::io::stderr().is_terminal();
    let (dispatch, telemetry) = build(settings, service, version, std::io::stderr, colour)?;
    dispatch.try_init().map_err(|_| TelemetryError::AlreadySet)?;
    TRACING_ON.store(telemetry.provider.is_some(), Ordering::Relaxed);
    Ok(telemetry)
}

/// As [`init`], with a writer of the caller's, and without taking over the process: for tests, and for a process that
/// runs several services.
///
/// `colour` is a wish: `NO_COLOR` in the environment overrides it.
///
/// # Errors
/// See [`TelemetryError`].
pub fn build<W>(
    settings: &TelemetrySettings,
    service: &str,
    version: &str,
    writer: W,
    colour: bool,
) -> Result<(Dispatch, Telemetry), TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = match settings.log_format {
        LogFormat::Text => text::layer(writer, colour).boxed(),
        LogFormat::Json => json::layer(writer).boxed(),
    };
    let level = settings.log_level.filter();
    let provider = otlp::provider(settings.otlp_endpoint.as_deref(), service, version)?;
    let dispatch = match &provider {
        // one filter for all: a line below the level is dropped before anything looks at it
        None => Dispatch::new(Registry::default().with(lines).with(level)),
        // one filter each: `--log-level error` must not take the spans away
        Some(provider) => {
            Dispatch::new(Registry::default().with(lines.with_filter(level)).with(otlp::layer(provider, service)))
        }
    };
    Ok((dispatch, Telemetry { provider }))
}

/// Sends the last spans when it is dropped.
#[derive(Debug)]
#[must_use = "spans are exported until this is dropped"]
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Send the spans that are still in memory, and stop exporting. Blocks for [`FLUSH_LIMIT`] at most, as happens when
    /// the collector does not answer; what is unsent then is lost.
    pub fn shutdown(mut self) {
        self.flush();
    }

    fn flush(&mut self) {
        let Some(provider) = self.provider.take() else { return };
        if let Err(error) = provider.shutdown_with_timeout(FLUSH_LIMIT) {
            tracing::warn!(%error, "the last spans could not be sent to the collector");
        }
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        self.flush();
    }
}
