//! `POST /api/v1/auth/verify-email`

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::Role;
use chassis::extract::Json;
use chassis::refusals::BodyRefused;
use serde::Deserialize;
use utoipa::ToSchema;

use super::create::put_new;
use super::{SlowedDown, StrangerRefused, wrong};
use crate::Users;
use crate::audit::Action;
use crate::model::{Account, EmailTaken, Link, Password, Purpose};
use crate::news::{card, kind};
use crate::secrets::fingerprint;
use logins::hashing::{Compared, new_salt};

/// The token of a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verification {
    /// The token of the mail.
    token: String,
    /// The password that was typed at the registration. The link alone is not enough: somebody else may have registered
    /// this address with a password of theirs, and wait for its owner to follow the link.
    #[schema(value_type = String)]
    password: Password,
}

/// Follow the link of a registration
///
/// The account is there from now on, with the name and the password that were sent with this registration.
#[utoipa::path(
    tag = "Login",
    request_body = Verification,
    responses((status = 204, description = "The account is there"), StrangerRefused, BodyRefused, SlowedDown)
)]
#[post("/api/v1/auth/verify-email")]
pub(crate) async fn verify_email(
    Json(input): Json<Verification>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    users.admit(&request)?;
    let token = fingerprint(&input.token);
    let snapshot = users.store.read();
    let kept = snapshot.get::<Link>(&token).and_then(|link| match &link.purpose {
        Purpose::Registration { password, .. } => Some(password.phc.clone()),
        _ => None,
    });
    if users.hasher.compare(input.password, kept, new_salt(&*users.ids)).await? == Compared::Wrong {
        return Err(not_good());
    }
    let (actor, news) = (users.actor(None, &request), users.news());
    let verified = users.store.write(move |draft| {
        let link = Link::find(draft, &token, actor.at).ok_or_else(not_good)?;
        let Purpose::Registration { user, name, team, password } = link.purpose.clone() else { return Err(not_good()) };
        if draft.get::<EmailTaken>(link.email.as_str()).is_some() {
            return Err(not_good());
        }
        let account = Account {
            id: user.clone(),
            name,
            email: link.email.clone(),
            role: Role::Viewer,
            team,
            created_at: actor.at,
            updated_at: actor.at,
            disabled_at: None,
            password: Some(password),
            second_factor: None,
            warned_at: 0,
        };
        // other registrations of this address came from somebody else, or are of no use any more
        Link::forget_all(draft, &link.email);
        put_new(draft, &account);
        news.say(draft, kind::VERIFIED, &user, &card(&account));
        actor.clone().known_as(&user).did(draft, Action::Verified, &user, None);
        Ok(())
    });
    verified.await?;
    Ok(HttpResponse::NoContent().finish())
}

fn not_good() -> ApiError {
    wrong("token", "is not good, or not any more, or the password is another: register again")
}
