//! What can break: the catalogue of the incidents service.

mod add;
mod change;
mod delete;
mod list;
mod order;
mod texts;

use serde::{Deserialize, Serialize};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::inside::{Read, SignedForm, SignedIn};

/// Every endpoint.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::page).service(add::add).service(order::reorder);
    config.service(change::page).service(change::change).service(delete::ask).service(delete::delete);
}

/// Where they are listed.
const LIST: &str = "/admin/services";

/// The fields of a form that may be wrong.
const FIELDS: [&str; 3] = ["name", "group", "description"];

/// A service, as the incidents service tells.
#[derive(Debug, Clone, Deserialize)]
struct Listed {
    id: String,
    #[serde(flatten)]
    told: Told,
}

impl Listed {
    /// Where it is changed.
    fn path(&self) -> String {
        path_of(&self.id)
    }
}

/// What is told of a service: with what is absent it is another.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Told {
    name: String,
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    position: i32,
}

impl Told {
    /// As a form has it.
    fn of(form: &SignedForm, position: i32) -> Self {
        let (name, description) = (form.field("name"), form.field("description"));
        Self { name, group: form.given("group"), description, position }
    }
}

/// All of them, in their order.
async fn all(me: &SignedIn) -> Result<Vec<Listed>, actix_web::Error> {
    let incidents = &me.frontend.peers.signed_in.incidents;
    Ok(me.read(incidents.get("/api/v1/services").query("limit", 500)).await?.value)
}

/// One of them.
async fn one(me: &SignedIn, id: &str) -> Result<Read<Listed>, actix_web::Error> {
    me.read(me.frontend.peers.signed_in.incidents.get("/api/v1/services").segment(id)).await
}

/// Where one of them is changed.
fn path_of(id: &str) -> String {
    crate::pages::encoded(&format!("{LIST}/{id}"))
}
