//! `POST /api/v1/auth/reset-password`

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::extract::Json;
use chassis::refusals::BodyRefused;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SlowedDown, StrangerRefused, end_sessions, wrong};
use crate::Users;
use crate::audit::Action;
use crate::model::{Account, Link, Password, Purpose};
use crate::news::{card, kind, mail};
use crate::secrets::fingerprint;

/// Another password, with the token of a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reset {
    /// The token of the mail.
    token: String,
    /// The password.
    #[schema(value_type = String, example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: Password,
}

/// Choose a password with the link of a mail
///
/// For whoever has forgotten one, and for whoever was invited. All sessions end, and nobody is logged in by it. A second
/// factor stays.
#[utoipa::path(
    tag = "Login",
    request_body = Reset,
    responses((status = 204, description = "This is the password now"), StrangerRefused, BodyRefused, SlowedDown)
)]
#[post("/api/v1/auth/reset-password")]
pub(crate) async fn reset_password(
    Json(input): Json<Reset>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    users.admit(&request)?;
    let token = fingerprint(&input.token);
    let account = {
        let snapshot = users.store.read();
        let link = snapshot.get::<Link>(&token).filter(|link| users.now() < link.expires_at);
        let user = link.and_then(|link| account_of(&link.purpose).map(str::to_owned));
        let account = user.and_then(|user| snapshot.get::<Account>(&user).cloned());
        account.ok_or_else(not_good)?
    };
    let password = users.choose(input.password, "password", &account.email, &account.name).await?;
    let actor = users.actor(None, &request).known_as(&account.id);
    let news = users.news();
    let email = account.email.clone();
    let reset = users.store.write(move |draft| {
        let link = Link::find(draft, &token, actor.at).ok_or_else(not_good)?;
        let user = account_of(&link.purpose).ok_or_else(not_good)?;
        let account =
            draft.get::<Account>(user).filter(|account| account.disabled_at.is_none()).ok_or_else(not_good)?;
        let invited = account.password.is_none();
        let account = Account { password: Some(password.clone()), updated_at: actor.at, ..account.document.clone() };
        // this one, and all that were mailed before
        Link::forget_all(draft, &account.email);
        end_sessions(draft, user, None);
        if invited {
            news.say(draft, kind::VERIFIED, user, &card(&account));
        } else {
            news.say(draft, kind::PASSWORD_CHANGED, user, &mail(&account));
        }
        actor.did(draft, Action::PasswordReset, user, None);
        draft.put(account);
        Ok::<_, ApiError>(())
    });
    reset.await?;
    users.throttle.succeeded(&email);
    Ok(HttpResponse::NoContent().finish())
}

/// The account whose password this link may set.
fn account_of(purpose: &Purpose) -> Option<&str> {
    match purpose {
        Purpose::Invitation { user } | Purpose::Reset { user } => Some(user),
        Purpose::Registration { .. } => None,
    }
}

fn not_good() -> ApiError {
    wrong("token", "is not good, or not any more: ask for another mail")
}
