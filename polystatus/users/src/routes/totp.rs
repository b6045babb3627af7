//! `POST /api/v1/auth/totp`, `…/totp/confirm`, `…/totp/disable`

use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::error::ErrorBody;
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, WriteRefused};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{SlowedDown, not_found, wrong};
use crate::Users;
use crate::audit::Action;
use crate::model::{Account, Answer, Password, RECOVERY_CODES, SecondFactor, provisioning_url};
use crate::news::kind;
use crate::person::Person;
use crate::secrets::fingerprint;

/// Bytes of the secret that the app gets: 160 bits, as RFC 4226 recommends in section 4.
const SECRET: usize = 20;

/// One's password: a token alone must not be enough to change who can log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// One's password.
    #[schema(value_type = String, example = "correct horse battery staple")]
    password: Password,
}

/// What the app needs to know.
#[derive(Serialize, ToSchema)]
pub(crate) struct Enrolment {
    /// The secret, to be typed in by hand.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// The same as a link, to be shown as a QR code.
    #[schema(
        example = "otpauth://totp/PolyStatus:zoe%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=PolyStatus"
    )]
    url: String,
}

/// The code that the app shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    /// Six digits.
    #[schema(example = "287082")]
    code: String,
}

/// What helps when the telephone is gone.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    /// Each is good for one login, in the place of the app's code. They are shown this once.
    #[schema(example = json!(["4f2a9c0-7be1d30-88a2c5f-0b7d193", "e5a90b1-c44f2d7-1a6e083-9d2b7c5"]))]
    recovery_codes: Vec<String>,
}

/// Begin to set up a second factor
///
/// It is not asked for before it is confirmed with a code.
#[utoipa::path(
    tag = "Second factor",
    security(("bearer" = [])),
    request_body = Confirmation,
    responses(
        (status = 200, description = "What the app needs to know", body = Enrolment),
        (status = 409, description = "There is one already", body = ErrorBody,
            example = json!({"error": "There is a second factor already: take it away first"})),
        WriteRefused, BodyRefused, SlowedDown,
    )
)]
#[post("/api/v1/auth/totp")]
pub(crate) async fn begin(
    person: Person,
    Json(input): Json<Confirmation>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let user = person.user()?.0.to_owned();
    let account = users.store.read().get::<Account>(&user).cloned().ok_or_else(not_found)?;
    users.confirm(&account, input.password, "password", &request).await?;
    let random: Vec<u8> = (0..3).flat_map(|_| users.ids.next().to_be_bytes()).collect();
    let secret = random[..SECRET].to_vec();
    let url = provisioning_url(&secret, &account.email).map_err(|error| ApiError::internal(&error))?;
    let text = url.split(['?', '&']).find_map(|part| part.strip_prefix("secret=")).unwrap_or_default().to_owned();
    let sealed = users.sealer.seal(&secret, &user, &*users.ids);
    let begun = users.store.write(move |draft| {
        let account = draft.get::<Account>(&user).ok_or_else(not_found)?;
        if account.confirmed_factor().is_some() {
            return Err(ApiError::conflict("There is a second factor already: take it away first"));
        }
        let factor = SecondFactor { secret: sealed.clone(), confirmed_at: None, last_step: 0, recovery: Vec::new() };
        draft.put(Account { second_factor: Some(factor), ..account.document.clone() });
        Ok(())
    });
    begun.await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(Enrolment { secret: text, url }))
}

/// Hexadecimal digits of a recovery code: 112 bits, from where on a plain hash of it is enough (ASVS 5, 6.5.2).
const CODE: usize = 28;

/// Confirm the second factor with a code of the app
///
/// From now on a login needs one.
#[utoipa::path(
    tag = "Second factor",
    security(("bearer" = [])),
    request_body = Code,
    responses(
        (status = 200, description = "It is asked for from now on", body = RecoveryCodes),
        (status = 409, description = "There is nothing to confirm", body = ErrorBody,
            example = json!({"error": "There is no second factor to confirm: begin anew"})),
        WriteRefused, BodyRefused, SlowedDown,
    )
)]
#[post("/api/v1/auth/totp/confirm")]
pub(crate) async fn confirm(
    person: Person,
    Json(input): Json<Code>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let user = person.user()?.0.to_owned();
    // six digits can be guessed
    users.admit(&request)?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| users.ids.secret()[..CODE].to_owned()).collect();
    let recovery: Vec<String> = codes.iter().map(|code| fingerprint(code)).collect();
    let shown = codes.iter().map(|code| format!("{}-{}-{}-{}", &code[..7], &code[7..14], &code[14..21], &code[21..]));
    let shown = shown.collect();
    let (actor, news, sealer) =
        (users.actor(Some(&person), &request), users.news(), std::sync::Arc::clone(&users.sealer));
    let confirmed = users.store.write(move |draft| {
        let account = draft.get::<Account>(&user).ok_or_else(not_found)?.document.clone();
        let pending = account.second_factor.clone().filter(|factor| !factor.is_confirmed());
        let none = || ApiError::conflict("There is no second factor to confirm: begin anew");
        let mut factor = pending.ok_or_else(none)?;
        let secret = sealer.open(&factor.secret, &user).map_err(|error| ApiError::internal(&error))?;
        let answer = factor.check(&secret, &input.code, actor.at);
        let Some(answer @ Answer::Code(_)) = answer else { return Err(wrong("code", "is wrong: is the time right?")) };
        factor.use_up(&answer);
        factor.confirmed_at = Some(actor.at);
        factor.recovery.clone_from(&recovery);
        news.say(
            draft,
            kind::SECOND_FACTOR_CHANGED,
            &user,
            &json!({"email": account.email, "name": account.name, "added": true}),
        );
        actor.did(draft, Action::SecondFactorAdded, &user, None);
        draft.put(Account { second_factor: Some(factor), updated_at: actor.at, ..account });
        Ok(())
    });
    confirmed.await?;
    let answer = RecoveryCodes { recovery_codes: shown };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer))
}

/// Take the second factor away
#[utoipa::path(
    tag = "Second factor",
    security(("bearer" = [])),
    request_body = Confirmation,
    responses((status = 204, description = "A password is enough again"), WriteRefused, BodyRefused, SlowedDown)
)]
#[post("/api/v1/auth/totp/disable")]
pub(crate) async fn disable(
    person: Person,
    Json(input): Json<Confirmation>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let user = person.user()?.0.to_owned();
    let account = users.store.read().get::<Account>(&user).cloned().ok_or_else(not_found)?;
    users.confirm(&account, input.password, "password", &request).await?;
    let (actor, news) = (users.actor(Some(&person), &request), users.news());
    let disabled = users.store.write(move |draft| {
        let account = draft.get::<Account>(&user).ok_or_else(not_found)?.document.clone();
        if account.second_factor.is_none() {
            return Ok(());
        }
        news.say(
            draft,
            kind::SECOND_FACTOR_CHANGED,
            &user,
            &json!({"email": account.email, "name": account.name, "added": false}),
        );
        actor.did(draft, Action::SecondFactorRemoved, &user, None);
        draft.put(Account { second_factor: None, updated_at: actor.at, ..account });
        Ok::<_, ApiError>(())
    });
    disabled.await?;
    Ok(HttpResponse::NoContent().finish())
}
