//! `GET`, `DELETE /api/v1/auth/sessions[/{id}]`, `DELETE /api/v1/users/{id}/sessions`

use actix_web::{HttpRequest, HttpResponse, delete, get, web};
use chassis::ApiError;
use chassis::auth::Role;
use chassis::error::ErrorBody;
use chassis::refusals::WriteRefused;
use serde::Serialize;
use utoipa::ToSchema;

use super::{IdInPath, NoSuchUser, NotAllowed, end_sessions, not_found};
use crate::Users;
use crate::audit::Action;
use crate::model::{Account, Session};
use crate::person::Person;

/// A login that goes on, as its owner sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// Its id.
    #[schema(example = "0f1e2d3c4b5a69788796a5b4c3d2e1f0")]
    id: String,
    /// Whether this request belongs to it.
    current: bool,
    /// When it began, in Unix seconds.
    created_at: i64,
    /// When it was last refreshed, in Unix seconds.
    used_at: i64,
    /// When it ends unless it is refreshed, in Unix seconds.
    ends_at: i64,
    /// What the client called itself at the login.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64)")]
    user_agent: String,
    /// The network that the login came from.
    #[schema(example = "192.0.2.0/24")]
    network: String,
}

impl SessionView {
    fn of(session: &Session, current: &str) -> Self {
        Self {
            id: session.id.clone(),
            current: session.id == current,
            created_at: session.created_at,
            used_at: session.used_at,
            ends_at: session.ends_at(),
            user_agent: session.user_agent.clone(),
            network: session.network.clone(),
        }
    }
}

/// One's sessions
#[utoipa::path(
    tag = "Login",
    security(("bearer" = [])),
    responses((status = 200, description = "The logins that go on", body = Vec<SessionView>), NotAllowed)
)]
#[get("/api/v1/auth/sessions")]
pub(crate) async fn list(person: Person, users: web::Data<Users>) -> Result<HttpResponse, ApiError> {
    let (user, current) = person.user()?;
    let (snapshot, now) = (users.store.read(), users.now());
    let sessions = snapshot.find::<Session>("user", user).filter(|session| now < session.ends_at());
    let mut views: Vec<_> = sessions.map(|session| SessionView::of(session, current)).collect();
    views.sort_by_key(|view| (std::cmp::Reverse(view.used_at), view.id.clone()));
    Ok(HttpResponse::Ok().json(views))
}

/// Log out everywhere else
#[utoipa::path(
    tag = "Login",
    security(("bearer" = [])),
    responses((status = 204, description = "All sessions but this one have ended"), WriteRefused)
)]
#[delete("/api/v1/auth/sessions")]
pub(crate) async fn end_others(
    person: Person,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let (user, session) = person.user()?;
    let (user, session) = (user.to_owned(), session.to_owned());
    let actor = users.actor(Some(&person), &request);
    let ended = users.store.write(move |draft| {
        if end_sessions(draft, &user, Some(&session)) > 0 {
            actor.did(draft, Action::LoggedOutEverywhere, &user, None);
        }
        Ok::<_, ApiError>(())
    });
    ended.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End a session of one's own
#[utoipa::path(
    tag = "Login",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The session's id", example = "0f1e2d3c4b5a69788796a5b4c3d2e1f0")),
    responses(
        (status = 204, description = "It has ended"),
        (status = 404, description = "One has no such session", body = ErrorBody,
            example = json!({"error": "Session not found"})),
        WriteRefused,
    )
)]
#[delete("/api/v1/auth/sessions/{id}")]
pub(crate) async fn end(
    person: Person,
    id: web::Path<String>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let user = person.user()?.0.to_owned();
    let actor = users.actor(Some(&person), &request);
    let ended = users.store.write(move |draft| {
        let session = draft.get::<Session>(&id).filter(|session| session.user == user);
        // another's is not found either: ids tell nothing
        let session = session.ok_or_else(|| ApiError::not_found("Session not found"))?;
        draft.delete::<Session>(&session.id);
        actor.did(draft, Action::LoggedOut, &user, None);
        Ok::<_, ApiError>(())
    });
    ended.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End all sessions of a user
///
/// For admins: when a device was lost, or a token stolen.
#[utoipa::path(
    tag = "Users",
    security(("bearer" = [])),
    params(IdInPath),
    responses((status = 204, description = "All have ended"), NoSuchUser, WriteRefused)
)]
#[delete("/api/v1/users/{id}/sessions")]
pub(crate) async fn end_all_of(
    person: Person,
    id: web::Path<String>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    person.require(Role::Admin)?;
    let (id, actor) = (id.into_inner(), users.actor(Some(&person), &request));
    let ended = users.store.write(move |draft| {
        draft.get::<Account>(&id).ok_or_else(not_found)?;
        if end_sessions(draft, &id, None) > 0 {
            actor.did(draft, Action::LoggedOutEverywhere, &id, None);
        }
        Ok::<_, ApiError>(())
    });
    ended.await?;
    Ok(HttpResponse::NoContent().finish())
}
