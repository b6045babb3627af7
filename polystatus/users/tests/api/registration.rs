//! Registration, invitation, forgotten passwords: what is mailed, and what its links do, once.

use serde_json::json;

use crate::app::{ADMIN, App, Is, PASSWORD};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    a_registration_becomes_an_account_when_its_link_is_followed,
    a_registration_tells_nobody_who_has_an_account,
    nobody_gets_an_account_by_registering_for_somebody_else,
    whoever_is_invited_chooses_a_password,
    a_forgotten_password_is_replaced_by_a_link_once,
}

const ZOE: &str = "zoe@example.org";

async fn register(app: &App, name: &str, email: &str, password: &str) -> testbed::answer::Answer {
    app.stranger().post("/api/v1/users", &json!({"name": name, "email": email, "password": password})).await
}

async fn verify(app: &App, token: &str, password: &str) -> testbed::answer::Answer {
    app.stranger().post("/api/v1/auth/verify-email", &json!({"token": token, "password": password})).await
}

async fn reset(app: &App, token: &str, password: &str) -> testbed::answer::Answer {
    app.stranger().post("/api/v1/auth/reset-password", &json!({"token": token, "password": password})).await
}

async fn a_registration_becomes_an_account_when_its_link_is_followed(storage: Storage) {
    let app = App::on(storage).await;
    let pending = register(&app, "Zoé", ZOE, PASSWORD).await.expect(201).json();
    assert_eq!((&pending["role"], &pending["status"]), (&json!("viewer"), &json!("pending")));
    app.login(ZOE, PASSWORD).await.is(401);
    let path = format!("/api/v1/users/{}", pending["id"].as_str().unwrap());
    app.get(&path).await.is(404);
    let token = app.mailbox.token("registered", ZOE).await;
    verify(&app, &token[1..], PASSWORD).await.is(400);
    verify(&app, &token, "another password, long enough").await.is(400);
    verify(&app, &token, PASSWORD).await.is(204);
    assert_eq!(app.enter(ZOE).await.id, pending["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.expect(200).json()["status"], "active");
    assert!(verify(&app, &token, PASSWORD).await.refused(400).contains("not valid"), "a link works once");
}

async fn a_registration_tells_nobody_who_has_an_account(storage: Storage) {
    let app = App::on(storage).await;
    let known = register(&app, "Zoé", ADMIN, PASSWORD).await.expect(201);
    let new = register(&app, "Zoé", ZOE, PASSWORD).await.expect(201);
    let shape = |answer: &testbed::answer::Answer, email: &str| {
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        answer.to_string().replace(&id, "ID").replace(email, "EMAIL")
    };
    assert_eq!(shape(&known, ADMIN), shape(&new, ZOE));
    // its owner is told, and once an hour is enough
    register(&app, "Zoé", ADMIN, PASSWORD).await.is(201);
    app.mailbox.nth(1, "registered-again", ADMIN).await;
    app.mailbox.token("registered", ZOE).await;
    assert_eq!(app.mailbox.count("registered-again", ADMIN), 1);
    // only an admin is told
    let body = json!({"name": "x", "email": ADMIN, "password": PASSWORD});
    app.post("/api/v1/users", &body).await.is(409);
    // a stranger's mailbox is not filled
    for _ in 0..5 {
        register(&app, "Zoé", ZOE, PASSWORD).await.is(201);
    }
    app.mailbox.nth(3, "registered", ZOE).await;
    register(&app, "Last", "last@example.org", PASSWORD).await.is(201);
    app.mailbox.nth(1, "registered", "last@example.org").await;
    assert_eq!(app.mailbox.count("registered", ZOE), 3);
}

async fn nobody_gets_an_account_by_registering_for_somebody_else(storage: Storage) {
    let app = App::on(storage).await;
    let theirs = "a password of the attacker";
    register(&app, "Attacker", ZOE, theirs).await.is(201);
    register(&app, "Zoé", ZOE, PASSWORD).await.is(201);
    let own = app.mailbox.nth(2, "registered", ZOE).await;
    assert_eq!(own["name"], "Zoé");
    // Zoé follows the link of the other registration, and types her own password
    let other = app.mailbox.nth(1, "registered", ZOE).await["token"].as_str().unwrap().to_owned();
    verify(&app, &other, PASSWORD).await.is(400);
    app.login(ZOE, theirs).await.is(401);
    // the link of her own registration brings her own password, and ends the other link
    verify(&app, own["token"].as_str().unwrap(), PASSWORD).await.is(204);
    app.login(ZOE, theirs).await.is(401);
    app.enter(ZOE).await;
    verify(&app, &other, theirs).await.is(400);
}

async fn whoever_is_invited_chooses_a_password(storage: Storage) {
    let app = App::on(storage).await;
    let body = json!({"name": "Zoé", "email": ZOE, "role": "responder", "team": "network"});
    let made = app.post("/api/v1/users", &body).await.expect(201).json();
    assert_eq!(made["status"], "invited");
    let token = app.mailbox.token("invited", ZOE).await;
    reset(&app, &token, "password").await.is(400);
    reset(&app, &token, PASSWORD).await.is(204);
    let zoe = app.enter(ZOE).await;
    assert_eq!(zoe.client.get("/api/v1/auth/me").await.json()["role"], "responder");
    reset(&app, &token, PASSWORD).await.is(400);
}

async fn a_forgotten_password_is_replaced_by_a_link_once(storage: Storage) {
    let app = App::on(storage).await;
    let admin = app.enter(ADMIN).await;
    let forgot =
        async |email: &str| app.stranger().post("/api/v1/auth/forgot-password", &json!({"email": email})).await;
    let known = forgot(ADMIN).await.expect(202).to_string();
    assert_eq!(forgot("nobody@example.org").await.to_string(), known);
    assert_eq!(forgot("no address").await.to_string(), known);
    let token = app.mailbox.token("password-reset-requested", ADMIN).await;
    let new = "another sentence that I know";
    reset(&app, &token, new).await.is(204);
    // nobody is logged in by it, and whoever was is not any more
    admin.client.get("/api/v1/auth/me").await.is(401);
    app.refresh(&admin.refresh_token).await.is(401);
    app.login(ADMIN, PASSWORD).await.is(401);
    app.login(ADMIN, new).await.is(200);
    reset(&app, &token, PASSWORD).await.is(400);
    app.mailbox.nth(1, "password-changed", ADMIN).await;

    // a link ends after an hour
    app.clock.advance(3600);
    forgot(ADMIN).await.is(202);
    let token = app.mailbox.nth(2, "password-reset-requested", ADMIN).await;
    app.clock.advance(3600);
    reset(&app, token["token"].as_str().unwrap(), PASSWORD).await.is(400);
}
