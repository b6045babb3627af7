//! The way in and out: logins, registrations, forgotten passwords, and the pages to which the links in mails lead.

mod forgot;
mod login;
mod logout;
mod register;
mod reset;
mod texts;
mod verify;

use utoipa_actix_web::service_config::ServiceConfig;

use super::Refusal;
use super::stranger::Stranger;
use crate::texts::Lang;

/// Every endpoint.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(login::page).service(login::sign_in).service(logout::logout);
    config.service(register::page).service(register::register);
    config.service(forgot::page).service(forgot::forgot);
    config.service(reset::page).service(reset::reset);
    config.service(verify::page).service(verify::verify);
}

impl Stranger {
    fn says(&self) -> &'static texts::Says {
        match self.lang {
            Lang::En => &texts::EN,
            Lang::Fr => &texts::FR,
        }
    }
}

/// What is wrong with a link is wrong with no field: it is not typed.
fn of_link(mut refusal: Refusal) -> Refusal {
    if let Some(place) = refusal.details.iter().position(|(field, _)| field == "token") {
        let (_, message) = refusal.details.swap_remove(place);
        refusal.error = message;
    }
    refusal
}
