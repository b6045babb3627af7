//! Who works here, and what they may do: `/admin/users`.

mod access;
mod delete;
mod invite;
mod list;
mod role;
mod texts;
mod user;

use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use self::texts::Says;
use crate::inside::{Read, SignedIn, Words};

/// Every endpoint.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::page).service(invite::invite).service(user::page);
    config.service(role::change).service(access::end_sessions).service(access::lock);
    config.service(delete::ask).service(delete::delete);
}

/// Where they are listed.
const LIST: &str = "/admin/users";

/// The roles, each containing the one before.
const ROLES: [&str; 4] = ["viewer", "responder", "manager", "admin"];

/// A user, as the users service tells.
#[derive(Debug, Clone, Deserialize)]
struct User {
    id: String,
    name: String,
    email: String,
    role: String,
    #[serde(default)]
    team: Option<String>,
    status: String,
    #[serde(default)]
    second_factor: bool,
    created_at: i64,
}

impl User {
    fn path(&self) -> String {
        path_of(&self.id)
    }

    /// What their role is called.
    fn role_in_words<'a>(&'a self, t: &'a Words) -> &'a str {
        called(t, &self.role)
    }

    const fn has_second_factor(&self, says: &Says) -> &'static str {
        if self.second_factor { says.yes } else { says.no }
    }

    fn state(&self, says: &Says) -> &'static str {
        match self.status.as_str() {
            "pending" => says.pending,
            "invited" => says.invited,
            "disabled" => says.disabled,
            _ => says.active,
        }
    }

    fn is_disabled(&self) -> bool {
        self.status == "disabled"
    }
}

/// How far up a role is; none of a word that is no role.
fn rank(role: &str) -> Option<usize> {
    ROLES.iter().position(|one| *one == role)
}

/// What a role is called.
fn called<'a>(t: &'a Words, role: &'a str) -> &'a str {
    rank(role).map_or(role, |rank| t.roles[rank])
}

/// Every role, for a form: value and words.
fn choices(t: &Words) -> impl Iterator<Item = (&'static str, &'static str)> {
    ROLES.into_iter().zip(t.roles)
}

fn path_of(id: &str) -> String {
    crate::pages::encoded(&format!("{LIST}/{id}"))
}

async fn one(me: &SignedIn, id: &str) -> Result<Read<User>, actix_web::Error> {
    me.read(me.frontend.peers.signed_in.users.get("/api/v1/users").segment(id)).await
}
