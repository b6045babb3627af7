//! What answers look like, whole.

use insta::assert_snapshot;
use serde_json::json;

use crate::app::{ADMIN, App, PASSWORD};
use testbed::storage::Storage;

/// The answer with what differs in each run by its name.
fn shown(answer: &testbed::answer::Answer, hidden: &[(&str, &str)]) -> String {
    let mut text = answer.to_string();
    for (name, value) in hidden {
        text = text.replace(value, &format!("[{name}]"));
    }
    text.replace(answer.headers.get("etag").map_or("no etag", |tag| tag.to_str().unwrap()), "[etag]")
}

#[tokio::test]
async fn accounts_and_sessions() {
    let app = App::on(Storage::sqlite()).await;
    let admin = app.enter(ADMIN).await;
    let body = json!({"name": "Zoé", "email": "zoe@example.org", "role": "responder", "team": "network"});
    let made = app.post("/api/v1/users", &body).await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_snapshot!("made_by_an_admin", shown(&made, &[("id", &id)]));
    let session = admin.client.get("/api/v1/auth/sessions").await;
    let session_id = session.json()[0]["id"].as_str().unwrap().to_owned();
    assert_snapshot!("sessions", shown(&session, &[("session", &session_id)]));
    assert_snapshot!("audit", shown(&app.get("/api/v1/audit").await, &[("id", &id), ("admin", &admin.id)]));
}

#[tokio::test]
async fn refusals() {
    let app = App::on(Storage::sqlite()).await;
    let wrong = json!({"name": "a\nb", "email": "a@", "role": "root", "team": "", "password": "x"});
    assert_snapshot!("every_mistake_is_named", app.post("/api/v1/users", &wrong).await);
    let weak = json!({"name": "Zoé", "email": "zoe@example.org", "password": "P@ssw0rd1"});
    assert_snapshot!("a_weak_password", app.post("/api/v1/users", &weak).await);
    let twice = json!({"name": "x", "email": ADMIN});
    assert_snapshot!("an_address_that_is_taken", app.post("/api/v1/users", &twice).await);
    assert_snapshot!("a_wrong_login", app.login(ADMIN, "wrong").await);
    assert_snapshot!("a_stranger", app.stranger().get("/api/v1/users").await);
    let body = json!({"email": ADMIN, "password": PASSWORD, "remember": true});
    assert_snapshot!("an_unknown_field", app.log_in(&body).await);
}
