//! `POST /api/v1/auth/logout`

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::extract::{JSON_LIMIT, from_json, media_type, read_body};
use chassis::refusals::{BodyRefused, WriteRefused};

use super::SlowedDown;
use super::refresh::RefreshInput;
use crate::Users;
use crate::audit::Action;
use crate::model::{Presented, RefreshToken, Session};
use crate::person::MaybePerson;

/// Log out
///
/// Ends the session of the access token, or, without one, that of the refresh token in the body. A session that has ended
/// already is no mistake.
#[utoipa::path(
    tag = "Login",
    security((), ("bearer" = [])),
    request_body = Option<RefreshInput>,
    responses((status = 204, description = "Logged out"), WriteRefused, BodyRefused, SlowedDown)
)]
#[post("/api/v1/auth/logout")]
pub(crate) async fn logout(
    MaybePerson(person): MaybePerson,
    request: HttpRequest,
    body: web::Payload,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let actor = users.actor(person.as_ref(), &request);
    let (session, token) = if let Some(person) = &person {
        (person.user()?.1.to_owned(), None)
    } else {
        users.admit(&request)?;
        let input = in_body(&request, body).await?;
        let Ok(token) = input.refresh_token.parse::<RefreshToken>() else {
            return Ok(HttpResponse::NoContent().finish());
        };
        (token.session.clone(), Some(token))
    };
    let ended = users.store.write(move |draft| {
        let Some(kept) = draft.get::<Session>(&session) else { return Ok(()) };
        // a token of the session that is not the present one ends it all the same: it was used before
        let theirs = token.as_ref().is_none_or(|token| !matches!(kept.present(token, actor.at), Presented::Ended));
        if theirs && draft.delete::<Session>(&session) {
            actor.clone().known_as(&kept.user).did(draft, Action::LoggedOut, &kept.user, None);
        }
        Ok::<_, ApiError>(())
    });
    ended.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The token in the body, for whoever has no other. Not [`Json`](chassis::extract::Json): the body may be left out.
async fn in_body(request: &HttpRequest, body: web::Payload) -> Result<RefreshInput, ApiError> {
    let body = read_body(request, &mut body.into_inner(), JSON_LIMIT).await?;
    if matches!(body.trim_ascii(), b"" | b"null") {
        return Err(ApiError::unauthorized("A token is needed: the access token, or the refresh token in the body"));
    }
    if media_type(request) != "application/json" {
        return Err(ApiError::unsupported_media_type("application/json"));
    }
    from_json(&body)
}
