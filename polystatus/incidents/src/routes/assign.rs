//! `POST /api/v1/incidents/{id}/assign`

use actix_web::{HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::{Caller, Role};
use chassis::extract::Json;
use chassis::path::Id;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};
use serde::Deserialize;
use utoipa::ToSchema;

use super::path::IncidentInPath;
use super::refusals::NoSuchIncident;
use crate::Incidents;
use crate::model::{Incident, Line, Mistakes, present};
use crate::writes;

/// Who leads the work.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assignment {
    /// A user's id, or null: nobody.
    #[serde(default, deserialize_with = "present")]
    #[schema(required, value_type = Option<String>, example = "api-token", min_length = 1, max_length = 100, pattern = "^[!-~]+$")]
    #[expect(clippy::option_option, reason = "absent is a mistake, and null is nobody")]
    commander: Option<Option<String>>,
}

impl Assignment {
    fn validate(self) -> Result<Option<String>, ApiError> {
        let mut mistakes = Mistakes::default();
        let commander = match self.commander {
            None => mistakes.missing("commander"),
            Some(None) => Some(None),
            Some(Some(user)) => mistakes.parse::<Line<100>>("commander", &user).map(|user| Some(user.to_string())),
        };
        mistakes.none_or(commander)
    }
}

/// Put somebody in command
///
/// The users service is asked whether there is such a user, and whether they may change incidents. While it cannot be
/// asked, nobody is put in command unseen (503); taking command oneself always works.
#[utoipa::path(
    operation_id = "assignCommander",
    tag = "Incidents",
    security(("bearer" = [])),
    params(IncidentInPath, IfMatchHeader),
    request_body = Assignment,
    responses(
        (status = 200, description = "The incident as it is now", body = Incident, headers(("ETag" = String, description = "The incident's version, for If-Match and If-None-Match"))),
        NoSuchIncident,
        WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[post("/api/v1/incidents/{id}/assign")]
pub(crate) async fn assign(
    caller: Caller,
    Id(id): Id,
    precondition: Precondition,
    Json(assignment): Json<Assignment>,
    incidents: web::Data<Incidents>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Role::Responder)?;
    let commander = assignment.validate()?;
    if let Some(user) = &commander
        && *user != caller.subject
    {
        incidents.peers.may_command(user).await?;
    }
    let stamp = incidents.scribe.stamp(&caller.subject);
    let assign = move |draft: &mut _| writes::assign(draft, &stamp, &id, &precondition, commander.as_deref());
    Ok(super::incident(HttpResponse::Ok(), &*incidents.store.write(assign).await?))
}
