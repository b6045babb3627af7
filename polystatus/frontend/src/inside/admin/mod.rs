//! The work behind the page.

mod address;
mod banner;
mod deliveries;
mod flags;
mod incidents;
mod maintenance;
mod moments;
mod overview;
mod says;
mod services;
mod users;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every endpoint.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(overview::page);
    services::configure(config);
    flags::configure(config);
    banner::configure(config);
    maintenance::configure(config);
    users::configure(config);
    deliveries::configure(config);
    incidents::configure(config);
}
