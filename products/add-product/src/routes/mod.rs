//! The endpoints, a file each.

mod add;
mod idempotency;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every endpoint.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(add::add);
}
