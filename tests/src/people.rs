//! People who work here: how they get in.

use serde_json::{Value, json};
use testbed::client::Client;
use testbed::wait::until_async;

use crate::links;
use crate::system::{SOON, System, fresh};

/// Somebody who is logged in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id of the account.
    pub id: String,
    /// The mail address.
    pub email: String,
    /// What they log in with.
    pub password: String,
    /// The access token.
    pub token: String,
    /// What the next access token is asked for with.
    pub refresh_token: String,
}

impl Person {
    /// They invite nobody: an admin makes their account with this role, and the mail's link lets them choose a password.
    pub async fn invited(system: &System, role: &str) -> Self {
        let email = format!("{}@example.org", fresh(role));
        let account = json!({"name": format!("The {role}"), "email": email, "role": role});
        system.admin("users").post("/api/v1/users", &account).await.assert_status(201);
        let mail = system.mails.to(&email, 1).await.remove(0);
        assert_eq!(mail.headers["subject"], "[PolyStatus] An account for you", "{mail:?}");
        let password = "blue bicycle under the snow";
        let chosen = json!({"token": links::token(links::link(&mail.text)), "password": password});
        system.stranger("users").post("/api/v1/auth/reset-password", &chosen).await.assert_status(204);
        Self::logged_in(system, &email, password).await
    }

    /// Log in.
    pub async fn logged_in(system: &System, email: &str, password: &str) -> Self {
        let login = json!({"email": email, "password": password});
        let answer = system.stranger("users").post("/api/v1/auth/login", &login).await.expect(200).json();
        Self::of(&answer, email, password)
    }

    /// One to whom a login has answered so.
    pub fn of(answer: &Value, email: &str, password: &str) -> Self {
        let text = |field: &str| answer[field].as_str().unwrap().to_owned();
        let (id, token, refresh_token) = (text("user_id"), text("token"), text("refresh_token"));
        Self { id, email: email.to_owned(), password: password.to_owned(), token, refresh_token }
    }

    /// They call this service, once it knows the key that their token is signed with: it reads the keys in the background.
    pub async fn calls(&self, system: &System, service: &str) -> Client {
        let client = system.stranger(service).as_(&self.token);
        let path = if service == "users" { "/api/v1/auth/me" } else { "/api/v1/audit" };
        // 403 from who knows them, and 503 from who cannot tell yet
        let known = async || (client.get(path).await.status != 503).then_some(());
        until_async(&format!("{service} to know the keys"), SOON, known).await;
        client
    }
}
