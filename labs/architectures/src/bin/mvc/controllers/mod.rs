//! What is asked of us: reads a request, asks the model, chooses a view.

mod failure;
mod files;
mod notifications;
mod pages;
mod token;

use actix_web::web::ServiceConfig;

pub use failure::Failure;
pub use token::{Known, Token};

/// Who answers what.
pub fn routes(config: &mut ServiceConfig) {
    config.service(files::create).service(files::update).service(files::list).service(files::content);
    config.service(files::delete).service(notifications::follow).service(pages::files).service(pages::health);
}
