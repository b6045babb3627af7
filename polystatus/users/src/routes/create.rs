//! `POST /api/v1/users`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, post, web};
use chassis::ApiError;
use chassis::auth::Role;
use chassis::error::{Detail, ErrorBody};
use chassis::extract::Json;
use chassis::refusals::{BodyRefused, WriteRefused};
use serde::Deserialize;
use store::Draft;
use utoipa::ToSchema;

use super::input::{Mistakes, RoleWord, present};
use super::{SlowedDown, written, wrong};
use crate::Users;
use crate::audit::{Action, Actor};
use crate::model::{
    Account, Email, EmailTaken, Link, Name, Password, PasswordHash, Purpose, Status, User, check_password, word,
};
use crate::news::{News, card, kind, mail, mail_with_link};
use crate::person::{MaybePerson, Person};
use crate::secrets::{fingerprint, new_id};
use crate::settings::EmailVerification;
use logins::hashing::{hash, new_salt};

/// A new user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUser {
    /// Who it is.
    #[schema(required = true, nullable = false, example = "Zoé Martin", min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Where mail reaches the user; no two users have the same.
    #[schema(
        required = true,
        nullable = false,
        example = "zoe@example.org",
        max_length = 254,
        pattern = "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$"
    )]
    email: Option<String>,
    /// What the user may do: `viewer` unless an admin says otherwise.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = Role)]
    role: Option<String>,
    /// The team that the user works in.
    #[schema(example = "network", min_length = 1, max_length = 100)]
    team: Option<String>,
    /// At least 8 characters, and none of those that everybody tries first. An admin may leave it out: then an invitation
    /// is mailed.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, example = "correct horse battery staple", min_length = 8, max_length = 256)]
    password: Option<String>,
}

/// What was found right in it.
struct Wanted {
    name: Name,
    email: Email,
    role: Role,
    team: Option<Name>,
    password: Option<Password>,
}

impl NewUser {
    fn validate(self, needs_password: bool) -> Result<Wanted, ApiError> {
        let mut mistakes = Mistakes::default();
        let name = mistakes.required("name", self.name.as_deref());
        let email = mistakes.required("email", self.email.as_deref());
        let role = mistakes.optional("role", self.role.as_deref()).map_or(Role::Viewer, |RoleWord(role)| role);
        let team = mistakes.optional("team", self.team.as_deref());
        if needs_password && self.password.is_none() {
            mistakes.add("password", "is required");
        }
        let password = self.password.map(Password::from);
        mistakes.or(name.zip(email).map(|(name, email)| Wanted { name, email, role, team, password }))
    }
}

/// Register, or make an account for somebody
///
/// Open to all, it registers a `viewer`, who must follow the link that is mailed before the first login. The answer is the
/// same whether or not somebody has an account with this address: it tells nothing, and its `id` leads nowhere until then.
///
/// An admin makes an account for somebody, with any role: with a password it can be used at once, without one an
/// invitation is mailed.
#[utoipa::path(
    tag = "Users",
    security((), ("bearer" = [])),
    request_body = NewUser,
    responses(
        (status = 201, description = "It is there, or will be when the link was followed", body = User,
            headers(("Location" = String, description = "Where it can be read"))),
        (status = 409, description = "There is an account with this address: told to admins alone", body = ErrorBody,
            example = json!({"error": "There is already a user with this e-mail address",
                "details": [{"field": "email", "message": "is taken by another user"}]})),
        WriteRefused, BodyRefused, SlowedDown,
    )
)]
#[post("/api/v1/users")]
pub(crate) async fn create(
    MaybePerson(person): MaybePerson,
    Json(input): Json<NewUser>,
    request: HttpRequest,
    users: web::Data<Users>,
) -> Result<HttpResponse, ApiError> {
    let admin = person.as_ref().filter(|person| person.0.role == Role::Admin);
    match admin {
        Some(admin) => users.make(admin, input.validate(false)?, &request).await,
        None => users.register(person.as_ref(), input.validate(true)?, &request).await,
    }
}

impl Users {
    /// Check a password that somebody has chosen, and hash it.
    pub(super) async fn choose(
        &self,
        password: Password,
        field: &'static str,
        email: &Email,
        name: &Name,
    ) -> Result<PasswordHash, ApiError> {
        let (email, name, salt) = (email.clone(), name.clone(), new_salt(&*self.ids));
        let work = move || check_password(&password, &email, &name).map(|()| hash(&password, salt));
        let phc = self.hasher.run(work).await?.map_err(|reason| wrong(field, reason))?;
        Ok(PasswordHash { phc, changed_at: self.now(), one_time: false })
    }

    async fn choose_if_given(&self, wanted: &Wanted) -> Result<Option<PasswordHash>, ApiError> {
        match wanted.password.clone() {
            Some(password) => self.choose(password, "password", &wanted.email, &wanted.name).await.map(Some),
            None => Ok(None),
        }
    }

    /// What an admin does.
    async fn make(&self, admin: &Person, wanted: Wanted, request: &HttpRequest) -> Result<HttpResponse, ApiError> {
        let password = self.choose_if_given(&wanted).await?;
        let account = new_account(new_id(&*self.ids), self.now(), wanted, password);
        let (actor, news, token) = (self.actor(Some(admin), request), self.news(), self.ids.secret());
        let made = self.store.write(move |draft| {
            if draft.get::<EmailTaken>(account.email.as_str()).is_some() {
                let detail = Detail::new("email", "is taken by another user");
                let error = ApiError::conflict("There is already a user with this e-mail address");
                return Err(error.with_details(vec![detail]));
            }
            // registrations of this address that wait are of no use any more
            Link::forget_all(draft, &account.email);
            if account.password.is_none() {
                let purpose = Purpose::Invitation { user: account.id.clone() };
                let link = Link::new(fingerprint(&token), account.email.clone(), actor.at, purpose);
                let data = mail_with_link(&account.email, &account.name, &token, link.expires_at);
                news.say(draft, kind::INVITED, &account.id, &data);
                draft.put(link);
            } else {
                news.say(draft, kind::VERIFIED, &account.id, &card(&account));
            }
            actor.did(draft, Action::Invited, &account.id, Some(format!("role: {}", word(account.role))));
            Ok(put_new(draft, &account))
        });
        let made = made.await?;
        let mut response = HttpResponse::Created();
        response.insert_header((header::LOCATION, format!("/api/v1/users/{}", made.id)));
        Ok(written(response, &made))
    }

    /// What everybody else does.
    async fn register(
        &self,
        person: Option<&Person>,
        wanted: Wanted,
        request: &HttpRequest,
    ) -> Result<HttpResponse, ApiError> {
        self.admit(request)?;
        if wanted.role != Role::Viewer {
            return Err(ApiError::forbidden("Only an admin may give another role than viewer"));
        }
        // known address or not, there is a hash, and a write that the storage acknowledges: both take the same time
        let password = self.choose_if_given(&wanted).await?;
        let verified = self.settings.email_verification == EmailVerification::Off;
        let account = new_account(new_id(&*self.ids), self.now(), wanted, password);
        let status = if verified { Status::Active } else { Status::Pending };
        let shown = User { status, ..User::from(&account) };
        let registration =
            Registration { actor: self.actor(person, request), news: self.news(), token: self.ids.secret(), verified };
        self.store
            .write(move |draft| -> Result<(), ApiError> {
                registration.write(draft, &account);
                Ok(())
            })
            .await?;
        let location = (header::LOCATION, format!("/api/v1/users/{}", shown.id));
        Ok(HttpResponse::Created().insert_header(location).json(shown))
    }
}

/// An owner is told once in so many seconds that somebody registers with their address: once in an hour.
const WARN_EVERY: i64 = 3600;

struct Registration {
    actor: Actor,
    news: News,
    token: String,
    /// The address need not be shown to be its owner's.
    verified: bool,
}

impl Registration {
    /// Each way writes something: what nobody may learn from the answer, nobody may learn from its time.
    fn write(&self, draft: &mut Draft, account: &Account) {
        let Self { actor, news, token, verified } = self;
        if let Some(taken) = draft.get::<EmailTaken>(account.email.as_str()) {
            if let Some(owner) = draft.get::<Account>(&taken.user)
                && actor.at - owner.warned_at >= WARN_EVERY
            {
                draft.put(Account { warned_at: actor.at, ..owner.document.clone() });
                news.say(draft, kind::REGISTERED_AGAIN, &owner.id, &mail(&owner));
            }
            actor.did(draft, Action::RegisteredAgain, &taken.user, None);
        } else if *verified {
            news.say(draft, kind::VERIFIED, &account.id, &card(account));
            actor.did(draft, Action::Registered, &account.id, None);
            put_new(draft, account);
        } else if let Some(password) = account.password.clone()
            && Link::may_register(draft, &account.email, actor.at)
        {
            let Account { id, name, team, email, .. } = account.clone();
            let purpose = Purpose::Registration { user: id, name, team, password };
            let link = Link::new(fingerprint(token), email, actor.at, purpose);
            let data = mail_with_link(&account.email, &account.name, token, link.expires_at);
            news.say(draft, kind::REGISTERED, &account.id, &data);
            actor.did(draft, Action::Registered, &account.id, None);
            draft.put(link);
        } else {
            actor.did(draft, Action::RegistrationIgnored, &account.id, None);
        }
    }
}

/// An account with its address.
pub(super) fn put_new(draft: &mut Draft, account: &Account) -> std::sync::Arc<store::Entry<Account>> {
    draft.put(EmailTaken { email: account.email.clone(), user: account.id.clone() });
    draft.put(account.clone())
}

fn new_account(id: String, now: i64, wanted: Wanted, password: Option<PasswordHash>) -> Account {
    let Wanted { name, email, role, team, .. } = wanted;
    let (created_at, updated_at, disabled_at, second_factor) = (now, now, None, None);
    Account { id, name, email, role, team, created_at, updated_at, disabled_at, password, second_factor, warned_at: 0 }
}
