//! The endpoints, a file each.

mod list;
mod read;

use actix_web::HttpResponseBuilder;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::catalogue::Catalogue;

/// Every endpoint.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(read::read);
}

/// How old the answer is, and that it must be asked for again: it changes without a warning.
fn dated(response: &mut HttpResponseBuilder, catalogue: &Catalogue) {
    response.insert_header(("Age", catalogue.age().to_string()));
    response.insert_header(("Cache-Status", catalogue.cache_status()));
    response.insert_header(("Cache-Control", "no-cache"));
}
