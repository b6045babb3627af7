//! The endpoints, a file for each subject.

mod add;
mod answer;
mod assets;
mod generic;
mod read;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every endpoint. The fixed path comes before the one with an id, and what is nowhere comes last.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read::home).service(read::products).service(add::form).service(add::add);
    config.service(read::product).service(read::about).service(assets::asset);
    config.map(|config| config.service(generic::generic()));
}
