//! One's own account.

mod page;
mod password;
mod profile;
mod second_factor;
mod sessions;
mod signed_in;
mod texts;

use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use super::SignedIn;
use crate::texts::Lang;

/// Every endpoint.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(page::page).service(signed_in::page);
    config.service(profile::change).service(password::change);
    config.service(sessions::end).service(sessions::end_others);
    config.service(second_factor::begin).service(second_factor::confirm).service(second_factor::disable);
}

/// A user, as the users service tells.
#[derive(Debug, Clone, Deserialize)]
struct User {
    name: String,
    email: String,
    #[serde(default)]
    team: Option<String>,
    #[serde(default)]
    second_factor: bool,
}

impl SignedIn {
    fn says(&self) -> &'static texts::Says {
        match self.lang {
            Lang::En => &texts::EN,
            Lang::Fr => &texts::FR,
        }
    }
}
