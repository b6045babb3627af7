//! `GET /admin/users/{id}`: one, with what can be done.

use actix_web::get;
use actix_web::http::StatusCode;
use askama::Template;
use chassis::auth::Role;
use chassis::path::Id;

use super::texts::Says;
use super::{User, choices, one};
use crate::inside::{Answer, Fields, PageShown, Section, SignedIn, Words};

#[derive(Template)]
#[template(path = "inside/user.html")]
struct UserPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    user: &'a User,
    path: String,
    is_me: bool,
    may_change: bool,
    fields: Fields,
}

impl UserPage<'_> {
    fn choices(&self) -> Vec<(&'static str, &'static str)> {
        choices(self.t).collect()
    }
}

/// A user
#[utoipa::path(operation_id = "adminUser", tag = "Signed in", params(("id" = String, Path, description = "The account's id", example = "7d1f0a3e5b8c4d2f9e6a1b0c3d4e5f60")), responses(PageShown))]
#[get("/admin/users/{id}")]
pub(super) async fn page(me: SignedIn, Id(id): Id) -> Answer {
    me.require(Role::Manager)?;
    let user = one(&me, &id).await?.value;
    show(&me, StatusCode::OK, &user, Fields::default()).await
}

/// The page, with what was refused above it.
pub(super) async fn show(me: &SignedIn, status: StatusCode, user: &User, fields: Fields) -> Answer {
    let is_me = user.id == me.who.id;
    let may_change = me.may(Role::Admin) && !is_me;
    let fields = fields.with("role", &user.role);
    let body = UserPage { me, t: me.t, says: Says::of(me.lang), user, path: user.path(), is_me, may_change, fields };
    Ok(me.page_with(status, Section::Users, &user.name, &body).await)
}
