//! `PUT /api/v1/users/{id}`

use actix_web::{HttpRequest, HttpResponse, put, web};
use chassis::ApiError;
use chassis::auth::Role;
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::preconditions::{IfMatchHeader, Precondition};
use chassis::refusals::{BodyRefused, PreconditionRefused, WriteRefused};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::input::{Given, Mistakes, RoleWord, present};
use super::{IdInPath, NoSuchUser, end_sessions, etag, is_last_admin, last_admin, not_found, written};
use crate::Users;
use crate::audit::Action;
use crate::model::{Account, Name, User, word};
use crate::news::kind;
use crate::person::Person;

/// What is to change of a user; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserChange {
    /// Who it is.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, example = "Zoé Martin", min_length = 1, max_length = 100)]
    name: Option<String>,
    /// What the user may do: for admins to say, and of others than themselves.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = Role)]
    role: Option<String>,
    /// The team that the user works in; `null` takes the user out of it.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "network", min_length = 1, max_length = 100)]
    team: Given<String>,
    /// `true` ends all sessions and lets nobody log in: for admins to say, and of others than themselves.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    disabled: Option<bool>,
}

/// What was found right in it.
#[derive(Clone)]
struct Change {
    name: Option<Name>,
    role: Option<Role>,
    team: Given<Name>,
    disabled: Option<bool>,
}

impl UserChange {
    fn validate(&self) -> Result<Change, ApiError> {
        let mut mistakes = Mistakes::default();
        let name = mistakes.optional("name", self.name.as_deref());
        let role = mistakes.optional("role", self.role.as_deref()).map(|RoleWord(role)| role);
        let team = match &self.team {
            Given::Absent => Given::Absent,
            Given::Null => Given::Null,
            // a mistake is an answer of its own, and this is not looked at then
            Given::Value(team) => mistakes.optional("team", Some(team)).map_or(Given::Absent, Given::Value),
        };
        mistakes.or(Some(Change { name, role, team, disabled: self.disabled }))
    }
}

impl Change {
    fn apply_to(&self, account: &Account, now: i64) -> Account {
        let mut changed = account.clone();
        if let Some(name) = &self.name {
            changed.name = name.clone();
        }
        if let Some(role) = self.role {
            changed.role = role;
        }
        match &self.team {
            Given::Absent => {}
            Given::Null => changed.team = None,
            Given::Value(team) => changed.team = Some(team.clone()),
        }
        match self.disabled {
            Some(true) => changed.disabled_at = Some(account.disabled_at.unwrap_or(now)),
            Some(false) => changed.disabled_at = None,
            None => {}
        }
        if changed != *account {
            changed.updated_at = now;
        }
        changed
    }

    /// The names of what it changes, for the audit log.
    fn detail(&self, account: &Account) -> String {
        let role = self.role.filter(|role| *role != account.role);
        let parts = [
            self.name.as_ref().map(|_| "name".to_owned()),
            role.map(|role| format!("role: {} to {}", word(account.role), word(role))),
            (!matches!(self.team, Given::Absent)).then(|| "team".to_owned()),
            self.disabled.map(|disabled| format!("disabled: {disabled}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Change a user
///
/// Users change themselves, but not their role; admins change everybody else. With `If-Match`, only if nobody has changed
/// the account since. The last admin stays one.
#[utoipa::path(
    tag = "Users",
    security(("bearer" = [])),
    params(IdInPath, IfMatchHeader),
    request_body = UserChange,
    responses(
        (status = 200, description = "The user as it is now", body = User,
            headers(("ETag" = String, description = "The account's version, for If-Match and If-None-Match"))),
        (status = 409, description = "It is the last admin", body = ErrorBody,
            example = json!({"error": "This is the last admin: make another one first"})),
        NoSuchUser, WriteRefused, PreconditionRefused, BodyRefused,
    )
)]
#[put("/api/v1/users/{id}")]
pub(crate) async fn update(
    person: Person,
    id: web::Path<String>,
    precondition: Precondition,
    Json(input): Json<UserChange>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let id = id.into_inner();
    person.require_self_or(&id, Role::Admin)?;
    let change = input.validate()?;
    if change.role.is_some() || change.disabled.is_some() {
        person.require(Role::Admin)?;
        if person.is(&id) {
            return Err(ApiError::forbidden("Nobody changes their own role or state: ask another admin"));
        }
    }
    let (actor, news) = (users.actor(Some(&person), &request), users.news());
    let written_down = users.store.write(move |draft| {
        let account = draft.get::<Account>(&id).ok_or_else(not_found)?;
        precondition.check(&etag(&account))?;
        let changed = change.apply_to(&account, actor.at);
        if changed == account.document {
            return Ok(account);
        }
        let steps_down = changed.role != Role::Admin || !changed.may_log_in();
        if steps_down && is_last_admin(draft, &account) {
            return Err(last_admin());
        }
        if changed.disabled_at.is_some() {
            end_sessions(draft, &id, None);
        }
        if changed.role != account.role {
            let data = json!({"from": word(account.role), "to": word(changed.role), "name": changed.name, "email": changed.email});
            news.say(draft, kind::ROLE_CHANGED, &id, &data);
        }
        actor.did(draft, Action::Changed, &id, Some(change.detail(&account)));
        Ok::<_, ApiError>(draft.put(changed))
    });
    Ok(written(HttpResponse::Ok(), &*written_down.await?))
}
