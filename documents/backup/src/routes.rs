//! The API: what was copied.

mod history;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every endpoint.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(history::history);
}
