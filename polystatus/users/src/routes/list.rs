//! `GET /api/v1/users`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::ApiError;
use chassis::auth::Role;
use chassis::cursor::{Cursor, Limit, link_to_next};
use chassis::extract::{FromQuery, Parameters, Query};
use chassis::refusals::ReadRefused;
use utoipa::IntoParams;

use super::NotAllowed;
use super::input::RoleWord;
use crate::Users;
use crate::model::{Account, Name, User};
use crate::person::Person;

/// Which users to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserFilter {
    /// Those with this role, and no other.
    #[param(value_type = Option<Role>)]
    role: Option<Role>,
    /// Those in this team.
    #[param(value_type = Option<String>, min_length = 1, max_length = 100, example = "network")]
    team: Option<Name>,
    /// Those whose name or e-mail address contains this, whatever its case.
    #[param(example = "zoe")]
    q: Option<String>,
    /// How many at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// Where the page starts: from the `Link` header of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<String>>,
}

impl FromQuery for UserFilter {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self {
            role: parameters.take("role").map(|RoleWord(role)| role),
            team: parameters.take("team"),
            q: parameters.take::<String>("q").map(|q| q.to_lowercase()),
            limit: parameters.take("limit").unwrap_or_default(),
            cursor: parameters.take("cursor"),
        }
    }
}

impl UserFilter {
    fn matches(&self, account: &Account) -> bool {
        let contains = |q: &str| account.name.as_str().to_lowercase().contains(q) || account.email.as_str().contains(q);
        self.role.is_none_or(|role| role == account.role)
            && self.team.as_ref().is_none_or(|team| Some(team) == account.team.as_ref())
            && self.q.as_deref().is_none_or(contains)
    }
}

/// List users
///
/// For managers and admins. The next page, if there is one, is in the `Link` header.
#[utoipa::path(
    tag = "Users",
    security(("bearer" = [])),
    params(UserFilter),
    responses(
        (status = 200, description = "The users that match", body = Vec<User>,
            headers(("Link" = String, description = "The next page (RFC 8288)"))),
        ReadRefused, NotAllowed,
    )
)]
#[get("/api/v1/users")]
pub(crate) async fn list(
    person: Person,
    Query(filter): Query<UserFilter>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    person.require(Role::Manager)?;
    let snapshot = users.store.read();
    let after = filter.cursor.as_ref().map_or("", |Cursor(id)| id.as_str());
    let mut matching =
        snapshot.after::<Account>(after).filter(|account| filter.matches(account)).map(|entry| &entry.document);
    let page: Vec<User> = matching.by_ref().take(filter.limit.get()).map(User::from).collect();
    let mut response = HttpResponse::Ok();
    if let (Some(last), Some(_)) = (page.last(), matching.next()) {
        response.insert_header(link_to_next(&request, &Cursor(last.id.clone()).encode()));
    }
    Ok(response.json(page))
}
