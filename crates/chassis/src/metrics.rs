//! Figures for Prometheus: how many requests, how long they took, and what the process uses.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::{HttpResponse, get, web};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::client::{Peer, Peers};
use crate::error::ApiError;

/// Upper bounds of the buckets, in seconds: from an answer out of memory to the longest that anyone waits.
const BUCKETS: [f64; 12] = [0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// The figures of a process.
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    peers: Arc<Peers>,
}

/// What a request is counted under. The route is the pattern, `/api/v1/servers/{id}`: with the path itself, each
/// new id would be a new series, and anybody could fill the memory with addresses that do not exist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

/// What a duration is measured under.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    route: String,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let requests = Family::<RequestLabels, Counter>::default();
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from the head of a request to the head of its answer",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register_collector(Box::new(Process));
        let peers = Arc::<Peers>::default();
        registry.register_collector(Box::new(Arc::clone(&peers)));
        Self { registry: Mutex::new(registry), requests, durations, peers }
    }
}

impl Metrics {
    /// Where a service registers figures of its own, when it is opened.
    pub fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Show what becomes of the calls to `peer`, under its name.
    pub fn watch(&self, peer: &Peer) {
        self.peers.watch(peer.clone());
    }
}

/// A worker's own way to the figures of the routes that it answers. The families' maps lie behind locks, and their keys
/// hold texts, which would be made anew for each request.
pub(crate) struct RouteFigures {
    metrics: Arc<Metrics>,
    known: RefCell<HashMap<String, Vec<Known>>>,
}

/// The figures of a route for one method and one status.
struct Known {
    method: &'static str,
    status: u16,
    requests: Counter,
    duration: Histogram,
}

impl RouteFigures {
    pub(crate) fn of(all: &Arc<Metrics>) -> Self {
        Self { metrics: Arc::clone(all), known: RefCell::default() }
    }

    /// Count an answer, and how long it took in seconds.
    pub(crate) fn count(&self, method: &'static str, route: String, status: u16, seconds: f64) {
        let mut known = self.known.borrow_mut();
        if let Some(figures) = known.get(&route).and_then(|all| all.iter().find(|one| one.is(method, status))) {
            return figures.count(seconds);
        }
        let figures = self.figures(method, route.clone(), status);
        figures.count(seconds);
        known.entry(route).or_default().push(figures);
    }

    fn figures(&self, method: &'static str, route: String, status: u16) -> Known {
        let labels = RouteLabels { method, route };
        let duration = self.metrics.durations.get_or_create_owned(&labels);
        let labels = RequestLabels { method, route: labels.route, status };
        Known { method, status, requests: self.metrics.requests.get_or_create_owned(&labels), duration }
    }
}

impl Known {
    fn is(&self, method: &str, status: u16) -> bool {
        self.status == status && self.method == method
    }

    fn count(&self, seconds: f64) {
        self.requests.inc();
        self.duration.observe(seconds);
    }
}

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(metrics);
}

/// Figures in the OpenMetrics text format, for Prometheus
#[utoipa::path(
    tag = "Operations",
    responses((status = 200, description = "Every figure of this process", body = String,
        content_type = "application/openmetrics-text",
        example = "# HELP http_requests Requests answered.\n# TYPE http_requests counter\n# EOF\n"))
)]
#[get("/metrics")]
async fn metrics(metrics: web::Data<Metrics>) -> Result<HttpResponse, ApiError> {
    let mut text = String::new();
    encode(&mut text, &metrics.registry()).map_err(|error| ApiError::internal(&error))?;
    Ok(HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(text))
}

/// What the process uses, under the names that Prometheus' own clients give it. Read when somebody asks.
#[derive(Debug)]
struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let mut gauge = |name: &str, help: &str, unit: Option<&Unit>, value: Option<u64>| {
            let Some(value) = value else { return Ok(()) };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, unit, gauge.metric_type())?)
        };
        gauge("process_resident_memory", "Resident memory", Some(&Unit::Bytes), resident_bytes())?;
        gauge("process_open_fds", "Open file descriptors", None, open_files())
    }
}

/// `VmRSS` of this process; none where there is no /proc.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

fn open_files() -> Option<u64> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count() as u64)
}
