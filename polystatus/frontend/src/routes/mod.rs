//! The endpoints, a file for each subject.

pub(crate) mod answer;
mod assets;
pub(crate) mod form;
mod not_found;
mod page;
mod pass_on;
mod passed_on;
mod report;
mod stream;
mod subscribe;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every endpoint. What is nowhere comes last.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(page::now)
        .service(stream::stream)
        .service(assets::asset)
        .service(page::incident)
        .service(page::history)
        .service(page::providers)
        .service(page::servers)
        .service(page::about)
        .service(page::subscribe)
        .service(subscribe::subscribe)
        .service(subscribe::confirm_page)
        .service(subscribe::confirm)
        .service(subscribe::unsubscribe_page)
        .service(subscribe::unsubscribe)
        .service(report::report);
    config
        .service(passed_on::summary)
        .service(passed_on::status)
        .service(passed_on::components)
        .service(passed_on::incidents)
        .service(passed_on::unresolved)
        .service(passed_on::maintenances)
        .service(passed_on::upcoming)
        .service(passed_on::active)
        .service(passed_on::atom)
        .service(passed_on::rss)
        .service(passed_on::badge);
    crate::inside::configure(config);
    config.map(|config| config.service(not_found::not_found()));
}
