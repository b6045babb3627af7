//! `POST /api/v1/auth/refresh`

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::refusals::BodyRefused;
use serde::Deserialize;
use store::Draft;
use utoipa::ToSchema;

use super::{SlowedDown, StrangerRefused, Tokens};
use crate::Users;
use crate::audit::{Action, Actor};
use crate::model::{Account, Presented, RefreshToken, Session, StoredKey, tend_keys};
use crate::tokens::{access_token, new_key, unseal};

/// The token of a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshInput {
    /// The refresh token of the last answer.
    pub(super) refresh_token: String,
}

/// What becomes of it.
enum Outcome {
    Refreshed(Box<(Account, Session, RefreshToken, Option<StoredKey>)>),
    Refused,
}

/// Get the next access token
///
/// The refresh token is good once: the answer holds the next one. Used a second time it ends the session, since one of two
/// people has stolen it; but for ten seconds the token before is answered with the same next one, since requests of one
/// client may cross, and answers get lost.
#[utoipa::path(
    tag = "Login",
    request_body = RefreshInput,
    responses(
        (status = 200, description = "The next tokens", body = Tokens),
        (status = 401, description = "The session has ended, or never was", body = ErrorBody,
            headers(("WWW-Authenticate" = String, description = "`Bearer`")),
            example = json!({"error": "The session has ended: log in again"})),
        StrangerRefused, BodyRefused, SlowedDown,
    )
)]
#[post("/api/v1/auth/refresh")]
pub(crate) async fn refresh(
    Json(input): Json<RefreshInput>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let address = users.admit(&request)?;
    let token: RefreshToken = input.refresh_token.parse().map_err(|_| ended())?;
    let now = users.now();
    let (actor, fresh) = (users.actor(None, &request), new_key(now, &users.sealer, &*users.ids));
    let outcome = users.store.write(move |draft| {
        tend_keys(draft, now, &fresh);
        Ok::<_, ApiError>(present(draft, &token, &actor))
    });
    let Outcome::Refreshed(refreshed) = outcome.await? else { return Err(ended()) };
    let (account, session, next, key) = *refreshed;
    let key = key.ok_or_else(|| ApiError::unavailable("There is no key to sign with yet: try again", 1))?;
    let key = unseal(&key, &users.sealer).map_err(|error| ApiError::internal(&error))?;
    users.throttle.give_back(address);
    Ok(Tokens::new(access_token(&key, &account, &session, now, &*users.ids), account.id, next.expose()).answer())
}

fn ended() -> ApiError {
    ApiError::unauthorized("The session has ended: log in again")
}

/// A refusal is no error here: what it changes, the end of a session, must be written.
fn present(draft: &mut Draft, token: &RefreshToken, actor: &Actor) -> Outcome {
    let Some(session) = draft.get::<Session>(&token.session) else { return Outcome::Refused };
    let Some(account) = draft.get::<Account>(&session.user).filter(|account| account.may_log_in()) else {
        return Outcome::Refused;
    };
    let (session, next) = match session.present(token, actor.at) {
        Presented::Rotated(rotated, next) => (draft.put(rotated).document.clone(), next),
        Presented::Again(next) => (session.document.clone(), next),
        Presented::Reused => {
            draft.delete::<Session>(&session.id);
            let actor = actor.clone().known_as("nobody");
            actor.did(draft, Action::TokenReused, &account.id, Some(format!("session {}", session.id)));
            return Outcome::Refused;
        }
        Presented::Ended => {
            draft.delete::<Session>(&session.id);
            return Outcome::Refused;
        }
    };
    let key = StoredKey::current(draft.read(), actor.at).cloned();
    Outcome::Refreshed(Box::new((account.document.clone(), session, next, key)))
}
