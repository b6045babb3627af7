//! `GET /api/v1/servers/sd`

use std::collections::BTreeMap;

use actix_web::{Responder, get, web};
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::refusals::ReadRefused;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::InventoryApi;
use crate::listing::Filter;
use crate::model::Server;

/// The port of Prometheus' node exporter.
const NODE_EXPORTER: u16 = 9100;

/// What to scrape.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Scrape {
    /// The port on which each server is scraped.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 65535, default = 9100)]
    port: std::num::NonZeroU16,
}

pub(crate) struct DiscoveryQuery {
    filter: Filter,
    scrape: Scrape,
}

impl FromQuery for DiscoveryQuery {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        let default = std::num::NonZeroU16::new(NODE_EXPORTER).unwrap_or(std::num::NonZeroU16::MIN);
        let port = parameters.take("port").unwrap_or(default);
        Self { filter: Filter::from_query(parameters), scrape: Scrape { port } }
    }
}

/// A target group of Prometheus' HTTP service discovery.
#[derive(Serialize, ToSchema)]
pub(crate) struct TargetGroup {
    /// What to scrape: one address with its port.
    #[schema(example = json!(["10.0.0.1:9100"]))]
    targets: [String; 1],
    /// What is known of it. Labels that begin with `__meta_` are there for relabelling and are dropped after it.
    labels: BTreeMap<&'static str, String>,
}

/// The servers as targets for Prometheus
///
/// For its `http_sd_config`: a target group for each server, with what is known of it in `__meta_` labels.
#[utoipa::path(
    tag = "Views",
    params(Filter, Scrape),
    responses((status = 200, description = "One target group for each server", body = Vec<TargetGroup>), ReadRefused)
)]
#[get("/api/v1/servers/sd")]
pub(crate) async fn service_discovery(
    Query(query): Query<DiscoveryQuery>,
    inventory: web::Data<InventoryApi>,
) -> impl Responder {
    let published = inventory.ledger.read();
    let servers = published.snapshot.matching(&query.filter);
    web::Json(servers.map(|entry| target_group(&entry.server, query.scrape.port.get())).collect::<Vec<_>>())
}

fn target_group(server: &Server, port: u16) -> TargetGroup {
    let tags: Vec<_> = server.tags.iter().map(crate::model::Tag::as_str).collect();
    let labels = [
        ("__meta_inventory_id", server.id.to_string()),
        ("__meta_inventory_hostname", server.hostname.to_string()),
        ("__meta_inventory_status", server.status.to_string()),
        // with commas around each, as Prometheus' other discoveries do: `,web,` is then never found in `webcam`
        ("__meta_inventory_tags", format!(",{},", tags.join(","))),
    ];
    TargetGroup { targets: [server.ip.with_port(port)], labels: labels.into() }
}
