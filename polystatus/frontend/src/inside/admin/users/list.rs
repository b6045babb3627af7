//! `GET /admin/users`: all of them, or those who are looked for.

use actix_web::get;
use actix_web::http::StatusCode;
use askama::Template;
use chassis::auth::Role;

use super::texts::Says;
use super::{LIST, User, choices};
use crate::inside::admin::address::{asked, more};
use crate::inside::{Answer, Fields, PageShown, Section, SignedIn, Words};

/// The fields of the search, and what the users service calls them. An invitation has a role and a team too: no two fields of a
/// page have the same name.
const SEARCH: [(&str, &str); 3] = [("q", "q"), ("with-role", "role"), ("in-team", "team")];

#[derive(Template)]
#[template(path = "inside/users.html")]
struct UsersPage<'a> {
    me: &'a SignedIn,
    t: &'a Words,
    says: &'a Says,
    users: Vec<User>,
    /// The next page.
    next: Option<String>,
    /// What is looked for.
    search: Fields,
    new: Fields,
}

impl UsersPage<'_> {
    /// Every role, and none in particular.
    fn wanted(&self) -> Vec<(&'static str, &'static str)> {
        std::iter::once(("", self.says.any_role)).chain(choices(self.t)).collect()
    }

    fn choices(&self) -> Vec<(&'static str, &'static str)> {
        choices(self.t).collect()
    }
}

/// Who works here
#[utoipa::path(
    operation_id = "adminUsers",
    tag = "Signed in",
    params(
        ("q" = Option<String>, Query, description = "Whose name or address contains this", example = "zoe"),
        ("with-role" = Option<String>, Query, description = "With this role", example = "manager"),
        ("in-team" = Option<String>, Query, description = "In this team", example = "network"),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
    ),
    responses(PageShown)
)]
#[get("/admin/users")]
pub(super) async fn page(me: SignedIn) -> Answer {
    me.require(Role::Manager)?;
    show(&me, StatusCode::OK, Fields::default()).await
}

/// The page, with this in the form of an invitation.
pub(super) async fn show(me: &SignedIn, status: StatusCode, new: Fields) -> Answer {
    let search: Vec<(String, String)> =
        SEARCH.iter().filter_map(|(name, _)| Some(((*name).to_owned(), asked(me, name)?))).collect();
    let mut call = me.frontend.peers.signed_in.users.get("/api/v1/users").query("limit", 100);
    for (name, value) in &search {
        let called = SEARCH.iter().find(|(one, _)| one == name).map_or(name.as_str(), |(_, called)| called);
        call = call.query(called, value);
    }
    if let Some(cursor) = asked(me, "cursor") {
        call = call.query("cursor", cursor);
    }
    let read = me.read(call).await?;
    let next = read.next.map(|cursor| more(LIST, &search, &cursor));
    let search = Fields::typed(search);
    let body = UsersPage { me, t: me.t, says: Says::of(me.lang), users: read.value, next, search, new };
    Ok(me.page_with(status, Section::Users, me.t.section(Section::Users), &body).await)
}
