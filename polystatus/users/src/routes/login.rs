//! `POST /api/v1/auth/login`

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, post, web};
use chassis::ApiError;
use chassis::error::{Detail, ErrorBody};
use chassis::extract::Json;
use chassis::refusals::BodyRefused;
use serde::Deserialize;
use store::Draft;
use utoipa::ToSchema;

use super::{SlowedDown, StrangerRefused, Tokens, end_sessions};
use crate::Users;
use crate::audit::{Action, Actor};
use crate::model::{Account, Answer, Email, EmailTaken, Password, PasswordHash, Session, StoredKey, tend_keys};
use crate::news::{kind, mail};
use crate::secrets::new_id;
use crate::tokens::{access_token, new_key, unseal};
use logins::hashing::{Compared, new_salt};

/// Who logs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginInput {
    /// The e-mail address.
    #[schema(example = "zoe@example.org")]
    email: String,
    /// The password.
    #[schema(value_type = String, example = "correct horse battery staple")]
    password: Password,
    /// The code of the app, or a recovery code, once the answer has asked for it.
    #[schema(example = "287082")]
    totp: Option<String>,
    /// Another password, once the answer has asked for it: the first one of the first admin is good for one login.
    #[schema(value_type = Option<String>)]
    new_password: Option<Password>,
}

/// Log in
///
/// 401 for anything that is wrong, in the same words and time whether or not there is such a user, is locked for a while
/// after wrong passwords, or disabled. Only whoever has the right password learns that a second factor or another
/// password is wanted: `details` names the field to send.
#[utoipa::path(
    tag = "Login",
    request_body = LoginInput,
    responses(
        (status = 200, description = "Logged in", body = Tokens),
        (status = 401, description = "Not logged in", body = ErrorBody,
            headers(("WWW-Authenticate" = String, description = "`Bearer`")),
            example = json!({"error": "The e-mail address or the password is wrong"})),
        StrangerRefused, BodyRefused, SlowedDown,
    )
)]
#[post("/api/v1/auth/login")]
pub(crate) async fn login(
    Json(input): Json<LoginInput>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let address = users.admit(&request)?;
    let tokens = users.log_in(input, &request).await;
    // what was right, and what we had no time for, is no try at guessing
    let refused = tokens.as_ref().is_err_and(|error| error.status_code() != StatusCode::SERVICE_UNAVAILABLE);
    if !refused {
        users.throttle.give_back(address);
    }
    Ok(tokens?.answer())
}

fn refused() -> ApiError {
    ApiError::unauthorized("The e-mail address or the password is wrong")
}

/// What becomes of the password that is kept, once the right one is there.
enum NewHash {
    Keep,
    /// The same password at another cost.
    Rehashed(String),
    /// Another password.
    Chosen(PasswordHash),
}

impl Users {
    async fn log_in(&self, input: LoginInput, request: &HttpRequest) -> Result<Tokens, ApiError> {
        let LoginInput { email, password, totp, new_password } = input;
        // what is no address is nobody's
        let email = email.parse::<Email>().ok();
        let (account, rehashed) = self.who(email.as_ref(), password).await?;
        let new_password = self.other_password(&account, new_password, rehashed).await?;
        let factor = self.second_factor(&account, totp.as_deref())?;
        let tokens = self.begin_session(&account, new_password, factor, request).await?;
        self.throttle.succeeded(&account.email);
        Ok(tokens)
    }

    /// Whose password it is. Everything that is wrong takes one hash and gives one answer.
    async fn who(&self, email: Option<&Email>, password: Password) -> Result<(Account, NewHash), ApiError> {
        let snapshot = self.store.read();
        let now = self.now();
        let locked = email.is_some_and(|email| self.throttle.is_locked(email, now));
        let taken = email.and_then(|email| snapshot.get::<EmailTaken>(email.as_str()));
        let account = taken.and_then(|taken| snapshot.get::<Account>(&taken.user));
        let account = account.filter(|account| account.may_log_in() && !locked);
        let kept = account.and_then(|account| account.password.as_ref()).map(|password| password.phc.clone());
        let compared = self.hasher.compare(password, kept, new_salt(&*self.ids)).await?;
        // again: while this one waited for its hash, others of the same burst may have locked the account
        let locked = locked || email.is_some_and(|email| self.throttle.is_locked(email, self.now()));
        match (account.filter(|_| !locked), compared) {
            (Some(account), Compared::Right) => Ok((account.document.clone(), NewHash::Keep)),
            (Some(account), Compared::RightAndRehashed(phc)) => Ok((account.document.clone(), NewHash::Rehashed(phc))),
            (account, _) => {
                if !locked {
                    self.count_failure(email, account.map(|account| account.id.as_str()));
                }
                Err(refused())
            }
        }
    }

    fn count_failure(&self, email: Option<&Email>, user: Option<&str>) {
        let locked_for = email.and_then(|email| self.throttle.failed(email, self.now()));
        // not the address: people type their passwords into the wrong field
        tracing::info!(user, locked_for, "a login failed");
    }

    /// The other password that must be chosen now, if one must; one that was not asked for is not taken.
    async fn other_password(
        &self,
        account: &Account,
        given: Option<Password>,
        otherwise: NewHash,
    ) -> Result<NewHash, ApiError> {
        if !account.password.as_ref().is_some_and(|password| password.one_time) {
            return Ok(otherwise);
        }
        let Some(given) = given else {
            let detail = Detail::new("new_password", "is required: this password is good for one login");
            return Err(ApiError::unauthorized("Choose another password").with_details(vec![detail]));
        };
        self.choose(given, "new_password", &account.email, &account.name).await.map(NewHash::Chosen)
    }

    fn second_factor(&self, account: &Account, given: Option<&str>) -> Result<Option<Answer>, ApiError> {
        let Some(factor) = account.confirmed_factor() else { return Ok(None) };
        let Some(given) = given else {
            let detail = Detail::new("totp", "is required: the code of your app, or a recovery code");
            return Err(ApiError::unauthorized("A second factor is needed").with_details(vec![detail]));
        };
        if self.throttle.is_locked(&account.email, self.now()) {
            return Err(refused());
        }
        let secret = self.sealer.open(&factor.secret, &account.id).map_err(|error| ApiError::internal(&error))?;
        let answer = factor.check(&secret, given, self.now());
        answer.map(Some).ok_or_else(|| {
            // six digits can be guessed: each try counts as a wrong password does
            self.count_failure(Some(&account.email), Some(&account.id));
            wrong_factor()
        })
    }

    async fn begin_session(
        &self,
        account: &Account,
        password: NewHash,
        factor: Option<Answer>,
        request: &HttpRequest,
    ) -> Result<Tokens, ApiError> {
        let now = self.now();
        let device = self.device(request);
        let (session, refresh) =
            Session::begin(new_id(&*self.ids), account.id.clone(), device, now, self.ids.secret(), self.ids.secret());
        let fresh = new_key(now, &self.sealer, &*self.ids);
        let opening = Login {
            actor: self.actor(None, request).known_as(&account.id),
            news: self.news(),
            seen: account.password.clone(),
            has_factor: account.confirmed_factor().is_some(),
            password,
            factor,
            session: session.clone(),
        };
        let id = account.id.clone();
        let begun = self.store.write(move |draft| {
            tend_keys(draft, now, &fresh);
            let account = opening.write(draft, &id)?;
            let key = StoredKey::current(draft.read(), now).cloned();
            Ok::<_, ApiError>((account, key))
        });
        let (account, key) = begun.await?;
        let key = key.ok_or_else(|| ApiError::unavailable("There is no key to sign with yet: try again", 1))?;
        let key = unseal(&key, &self.sealer).map_err(|error| ApiError::internal(&error))?;
        let token = access_token(&key, &account, &session, now, &*self.ids);
        Ok(Tokens::new(token, account.id, refresh.expose()))
    }
}

fn wrong_factor() -> ApiError {
    let detail = Detail::new("totp", "is wrong, or was used before");
    ApiError::unauthorized("The second factor is wrong").with_details(vec![detail])
}

/// Sessions that one user has at most: more are forgotten logins, and the oldest goes.
const SESSIONS: usize = 50;

struct Login {
    actor: Actor,
    news: crate::news::News,
    /// The hash that the password was compared with.
    seen: Option<PasswordHash>,
    /// Whether a second factor was asked for.
    has_factor: bool,
    password: NewHash,
    factor: Option<Answer>,
    session: Session,
}

impl Login {
    fn write(&self, draft: &mut Draft, id: &str) -> Result<Account, ApiError> {
        // since then the account may have been disabled, its password changed, or a second factor confirmed
        let same = |account: &Account| {
            account.password == self.seen && account.confirmed_factor().is_some() == self.has_factor
        };
        let entry = draft.get::<Account>(id).filter(|account| account.may_log_in() && same(account));
        let mut account = entry.ok_or_else(refused)?.document.clone();
        let before = account.clone();
        if let (Some(answer), Some(factor)) = (&self.factor, account.second_factor.as_mut()) {
            // two requests with one code: the second one finds it used up
            if !factor.use_up(answer) {
                return Err(wrong_factor());
            }
            if matches!(answer, Answer::Recovery(_)) {
                let left = format!("{} left", factor.recovery.len());
                self.actor.did(draft, Action::RecoveryCodeUsed, id, Some(left));
            }
        }
        match &self.password {
            NewHash::Keep => {}
            NewHash::Rehashed(phc) => {
                if let Some(password) = account.password.as_mut() {
                    password.phc.clone_from(phc);
                }
            }
            NewHash::Chosen(chosen) => {
                account.password = Some(chosen.clone());
                end_sessions(draft, id, None);
                self.news.say(draft, kind::PASSWORD_CHANGED, id, &mail(&account));
                self.actor.did(draft, Action::PasswordChanged, id, None);
            }
        }
        if account != before {
            draft.put(account.clone());
        }
        drop_oldest(draft, id);
        draft.put(self.session.clone());
        self.actor.did(draft, Action::LoggedIn, id, None);
        Ok(account)
    }
}

fn drop_oldest(draft: &mut Draft, user: &str) {
    if draft.read().count_of::<Session>("user", user) < SESSIONS {
        return;
    }
    let oldest = draft.read().find::<Session>("user", user).min_by_key(|session| session.used_at);
    if let Some(id) = oldest.map(|session| session.id.clone()) {
        draft.delete::<Session>(&id);
    }
}
