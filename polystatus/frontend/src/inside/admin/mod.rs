//! The work behind the page.

mod incidents;
mod overview;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every endpoint.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(overview::page);
    incidents::configure(config);
}
