//! Names of people, where the reader may know them.

use std::collections::HashMap;

use chassis::auth::Role;
use serde::Deserialize;

use super::Says;
use crate::inside::SignedIn;

#[derive(Deserialize)]
struct User {
    id: String,
    name: String,
    role: Role,
}

/// Who works here, as far as the reader may know.
pub(super) struct People {
    names: HashMap<String, String>,
    /// Who may lead the work on an incident.
    pub commanders: Vec<(String, String)>,
}

impl People {
    /// Managers see everybody, others themselves.
    pub async fn of(me: &SignedIn) -> Self {
        let users = me.frontend.peers.signed_in.users.get("/api/v1/users").query("limit", 500);
        let users = if me.may(Role::Manager) { me.perhaps::<Vec<User>>(users).await } else { None };
        let mut users = users.unwrap_or_default();
        if !users.iter().any(|user| user.id == me.who.id) {
            users.push(User { id: me.who.id.clone(), name: me.who.name.clone(), role: me.who.role });
        }
        users.sort_by(|a, b| a.name.cmp(&b.name));
        let may_command = users.iter().filter(|user| user.role >= Role::Responder);
        let commanders = may_command.map(|user| (user.id.clone(), user.name.clone())).collect();
        Self { names: users.into_iter().map(|user| (user.id, user.name)).collect(), commanders }
    }

    /// What somebody is called.
    pub fn name(&self, id: &str, says: &Says) -> String {
        match self.names.get(id) {
            Some(name) => name.clone(),
            None if id == "api-token" => says.a_program.to_owned(),
            None if id.len() == 32 => says.somebody.to_owned(),
            None => id.to_owned(),
        }
    }
}
