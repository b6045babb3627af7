//! What was changed of a flag, and `POST /admin/flags/{id}/rollback`.

use actix_web::post;
use chassis::path::Id;
use chassis::refusals::BodyRefused;
use serde::Deserialize;
use serde_json::{Value, json};

use super::flag::refused;
use super::texts::Says;
use super::{Flag, one, path_of, shown};
use crate::inside::admin::says::fill;
use crate::inside::{Answer, FormTaken, SignedForm, SignedIn};
use crate::session::Flash;

/// Changes that a page shows.
const SHOWN: usize = 30;

/// A change.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Change {
    action: String,
    pub version: u64,
    pub by: String,
    pub at: i64,
    #[serde(default)]
    definition: Option<Value>,
}

impl Change {
    /// What was done, in a word.
    pub fn what<'a>(&'a self, says: &'a Says) -> &'a str {
        match self.action.as_str() {
            "created" => says.action_created,
            "updated" => says.action_updated,
            "toggled" => says.action_toggled,
            "killed" => says.action_killed,
            "restored" => says.action_restored,
            "rolled-back" => says.action_rolled_back,
            "imported" => says.action_imported,
            "deleted" => says.action_deleted,
            other => other,
        }
    }

    /// Whether the flag can be so again.
    pub fn can_be_again(&self, flag: &Flag) -> bool {
        self.definition.is_some() && self.version != flag.version
    }
}

/// The latest changes; none when they cannot be read.
pub(super) async fn changes(me: &SignedIn, id: &str) -> Vec<Change> {
    let call = me.frontend.peers.signed_in.flags.get("/admin/flags").segment(id).segment("history");
    me.perhaps(call.query("limit", SHOWN)).await.unwrap_or_default()
}

/// Make a flag again what it was
///
/// A form with `to`, a version, and `csrf`.
#[utoipa::path(
    operation_id = "adminRollBackFlag",
    tag = "Signed in",
    params(("id" = String, Path, description = "Its key", example = "new-checkout")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", example = "to=1&csrf=…"),
    responses(FormTaken, BodyRefused)
)]
#[post("/admin/flags/{id}/rollback")]
pub(super) async fn roll_back(form: SignedForm, Id(id): Id) -> Answer {
    let now = one(&form, &id).await?;
    let flag = shown(&form, &now.value)?;
    // what is no number is no version, as 0 is none
    let to: u64 = form.field("to").parse().unwrap_or_default();
    let call = form.frontend.peers.signed_in.flags.post("/admin/flags").segment(&id).segment("rollback");
    match form.write(call.json(&json!({"version": to})).header("if-match", &now.etag)).await? {
        Ok(_) => {
            let path = path_of(&id);
            let flash = Flash::new(fill(Says::of(form.lang).rolled_back, &[&id, &to.to_string()]));
            let flash = flash.undo(format!("{path}/rollback"), &[("to", &flag.version.to_string())]);
            Ok(form.done(flash, &path).await)
        }
        Err(refusal) => {
            let change = json!({"action": "roll-back", "id": id, "version": to});
            refused(&form, &id, &refusal, &change, &[]).await
        }
    }
}
