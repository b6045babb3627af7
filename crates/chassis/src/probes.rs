//! What an orchestrator asks: is it alive, is it ready, which version is it?

use actix_web::{HttpResponse, Responder, get, web};
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::{ApiError, Detail, ErrorBody};
use crate::service::Service;

/// The version of the API, as `/api/v1/health` tells it: of the contract, not of the program.
pub const API_VERSION: &str = "1.0";

/// Whether a service can do its work: the parts that it needs and that cannot be reached, each with the reason.
#[derive(Debug, Default)]
pub struct Readiness {
    failing: Vec<(&'static str, String)>,
}

impl Readiness {
    /// Add what was found of a part.
    #[must_use]
    pub fn with<E: std::fmt::Display>(mut self, part: &'static str, found: Result<(), E>) -> Self {
        if let Err(error) = found {
            self.failing.push((part, error.to_string()));
        }
        self
    }
}

#[derive(Serialize, ToSchema)]
struct Health {
    /// Always `OK`: whoever does not answer is not.
    #[schema(example = "OK")]
    status: &'static str,
    /// Version of the API.
    #[schema(example = "1.0")]
    version: &'static str,
}

#[derive(Serialize, ToSchema)]
struct Probe {
    /// `alive` or `ready`.
    #[schema(example = "ready")]
    status: &'static str,
}

/// Asks the service whether it is ready: what lets one handler serve every kind of service.
pub(crate) struct ReadinessCheck(Box<dyn Fn() -> LocalBoxFuture<'static, Readiness> + Send + Sync>);

impl ReadinessCheck {
    pub(crate) fn of<S: Service>(service: web::Data<S>) -> Self {
        Self(Box::new(move || {
            let service = service.clone();
            Box::pin(async move { service.readiness().await })
        }))
    }
}

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(health).service(livez).service(readyz);
}

/// The health check of the course
#[utoipa::path(tag = "Operations", responses((status = 200, description = "The service answers", body = Health)))]
#[get("/api/v1/health")]
async fn health() -> impl Responder {
    web::Json(Health { status: "OK", version: API_VERSION })
}

/// Is the process alive?
///
/// No part that it needs is asked: an orchestrator that restarts a service because its database is away helps nobody.
#[utoipa::path(tag = "Operations", responses((status = 200, description = "The process answers", body = Probe)))]
#[get("/livez")]
async fn livez() -> impl Responder {
    web::Json(Probe { status: "alive" })
}

/// Can it do its work?
///
/// 503 names the parts that cannot be reached. Reads may go on from memory all the same.
#[utoipa::path(
    tag = "Operations",
    responses(
        (status = 200, description = "All that it needs can be reached", body = Probe),
        (status = 503, description = "Something that it needs cannot be reached", body = ErrorBody,
            headers(("Retry-After" = u32, description = "Try again after so many seconds")),
            example = json!({
                "error": "Not ready: database",
                "details": [{"field": "database", "message": "cannot be reached"}]
            })),
    )
)]
#[get("/readyz")]
async fn readyz(check: web::Data<ReadinessCheck>) -> Result<HttpResponse, ApiError> {
    let readiness = (check.0)().await;
    if readiness.failing.is_empty() {
        return Ok(HttpResponse::Ok().json(Probe { status: "ready" }));
    }
    let names: Vec<&str> = readiness.failing.iter().map(|(part, _)| *part).collect();
    for (part, reason) in &readiness.failing {
        tracing::warn!(part, reason, "not ready");
    }
    let message = format!("Not ready: {}", names.join(", "));
    // the reason may hold an address or a name: it goes to the log alone
    let details = names.into_iter().map(|part| Detail::new(part, "cannot be reached")).collect();
    Err(ApiError::unavailable(message, 1).with_details(details))
}
