//! `POST /api/v1/auth/forgot-password`

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::extract::Json;
use chassis::refusals::BodyRefused;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SlowedDown, StrangerRefused, in_background};
use crate::Users;
use crate::audit::{Action, Actor};
use crate::model::{Account, Email, EmailTaken, Link, Purpose};
use crate::news::{kind, mail_with_link};
use crate::secrets::fingerprint;

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forgotten {
    /// The e-mail address.
    #[schema(example = "zoe@example.org")]
    email: String,
}

/// What everybody is told.
#[derive(Serialize, ToSchema)]
pub(crate) struct Promise {
    /// A sentence for people.
    #[schema(example = "If there is an account with this address, a mail is on its way")]
    message: &'static str,
}

/// Ask for a link to choose another password with
///
/// The answer and its time are the same whether or not there is such a user: what is done is done afterwards.
#[utoipa::path(
    tag = "Login",
    request_body = Forgotten,
    responses(
        (status = 202, description = "If there is such a user, a mail is on its way", body = Promise),
        StrangerRefused, BodyRefused, SlowedDown,
    )
)]
#[post("/api/v1/auth/forgot-password")]
pub(crate) async fn forgot_password(
    Json(input): Json<Forgotten>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    users.admit(&request)?;
    let actor = users.actor(None, &request);
    if let Ok(email) = input.email.parse::<Email>() {
        actix_web::rt::spawn(async move { in_background("a password reset", users.mail_reset(email, actor).await) });
    }
    let message = "If there is an account with this address, a mail is on its way";
    Ok(HttpResponse::Accepted().json(Promise { message }))
}

impl Users {
    async fn mail_reset(&self, email: Email, actor: Actor) -> Result<(), ApiError> {
        let (news, token) = (self.news(), self.ids.secret());
        let mailed = self.store.write(move |draft| {
            let owner = draft.get::<EmailTaken>(email.as_str());
            let account = owner.and_then(|owner| draft.get::<Account>(&owner.user));
            let Some(account) = account.filter(|account| account.disabled_at.is_none()) else { return Ok(()) };
            if Link::was_reset_mailed(draft, &email, actor.at) {
                return Ok(());
            }
            let purpose = Purpose::Reset { user: account.id.clone() };
            let link = Link::new(fingerprint(&token), email.clone(), actor.at, purpose);
            let data = mail_with_link(&account.email, &account.name, &token, link.expires_at);
            news.say(draft, kind::PASSWORD_RESET_REQUESTED, &account.id, &data);
            actor.did(draft, Action::PasswordResetRequested, &account.id, None);
            draft.put(link);
            Ok(())
        });
        mailed.await
    }
}
