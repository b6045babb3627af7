//! `GET /account`: everything about oneself.

use actix_web::get;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use super::User;
use super::texts::Says;
use crate::inside::{Answer, Fields, PageShown, Section, SignedIn, Words};

/// A login that goes on.
#[derive(Debug, Clone, Deserialize)]
struct Login {
    id: String,
    current: bool,
    created_at: i64,
    used_at: i64,
    user_agent: String,
    network: String,
}

/// An incident that is followed.
#[derive(Debug, Clone, Deserialize)]
struct Followed {
    id: String,
    title: String,
}

/// The forms of the page, as they are to be shown: empty ones show what is there.
#[derive(Debug, Default)]
pub(super) struct Forms {
    pub profile: Option<Fields>,
    pub version: Option<String>,
    pub password: Fields,
    pub second_factor: Fields,
}

#[derive(Template)]
#[template(path = "inside/account.html")]
struct AccountPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    user: User,
    profile: Fields,
    version: String,
    password: Fields,
    second_factor: Fields,
    logins: Vec<Login>,
    followed: Option<Vec<Followed>>,
}

/// One's own account
#[utoipa::path(operation_id = "accountPage", tag = "Signed in", responses(PageShown))]
#[get("/account")]
pub(super) async fn page(me: SignedIn) -> Answer {
    show(&me, StatusCode::OK, Forms::default()).await
}

/// The page, with these forms.
pub(super) async fn show(me: &SignedIn, status: StatusCode, forms: Forms) -> Answer {
    let peers = &me.frontend.peers.signed_in;
    let user = me.read::<User>(peers.users.get("/api/v1/users").segment(&me.who.id)).await?;
    let logins = me.read::<Vec<Login>>(peers.users.get("/api/v1/auth/sessions")).await?.value;
    let followed = peers.incidents.get("/api/v1/users").segment(&me.who.id).segment("incidents").query("limit", 50);
    let followed = me.perhaps::<Vec<Followed>>(followed).await;
    let (version, user) = (user.etag, user.value);
    let stored = || Fields::default().with("name", &user.name).with("team", user.team.clone().unwrap_or_default());
    let body = AccountPage {
        me,
        t: me.t,
        says: me.says(),
        profile: forms.profile.unwrap_or_else(stored),
        version: forms.version.unwrap_or(version),
        password: forms.password,
        second_factor: forms.second_factor,
        user,
        logins,
        followed,
    };
    Ok(me.page_with(status, Section::Account, me.t.account, &body).await)
}
