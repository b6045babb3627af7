//! Refresh tokens and sessions.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::app::{ADMIN, App, Is, PASSWORD};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    a_refresh_token_is_good_once,
    a_token_that_is_used_twice_ends_the_session,
    parallel_refreshes_get_the_same_token_and_the_session_goes_on,
    a_session_ends_when_its_owner_says_so,
    a_new_password_ends_the_other_sessions,
    a_lock_and_a_new_role_hold_at_once,
}

fn text(answer: &Value, field: &str) -> String {
    answer[field].as_str().unwrap().to_owned()
}

async fn a_refresh_token_is_good_once(storage: Storage) {
    let app = App::on(storage).await;
    let admin = app.enter(ADMIN).await;
    let mut token = admin.refresh_token;
    for _ in 0..3 {
        app.clock.advance(600);
        let answer = app.refresh(&token).await.expect(200).json();
        assert_ne!(text(&answer, "refresh_token"), token);
        token = text(&answer, "refresh_token");
        app.as_(text(&answer, "token")).get("/api/v1/auth/me").await.is(200);
    }
    // the access token of the login has ended, the session has not
    admin.client.get("/api/v1/auth/me").await.is(401);
    // a week without use
    app.clock.advance(7 * 24 * 3600);
    app.refresh(&token).await.is(401);
    for wrong in ["", "a", ".", &token[1..], &"0".repeat(97), "é.☃"] {
        app.refresh(wrong).await.is(401);
    }
}

async fn a_token_that_is_used_twice_ends_the_session(storage: Storage) {
    let app = App::on(storage).await;
    let admin = app.enter(ADMIN).await;
    let second = app.refresh(&admin.refresh_token).await.expect(200).json();
    app.clock.advance(11);
    assert_eq!(app.refresh(&admin.refresh_token).await.refused(401), "The session has ended: log in again");
    // neither the thief's tokens nor the owner's are good any more
    app.refresh(&text(&second, "refresh_token")).await.is(401);
    app.as_(text(&second, "token")).get("/api/v1/auth/me").await.is(401);
    // another session of the same user goes on
    app.enter(ADMIN).await.client.get("/api/v1/auth/me").await.is(200);
    let audit = app.get("/api/v1/audit").await.json();
    assert!(audit.as_array().unwrap().iter().any(|entry| entry["action"] == "token-reused"), "{audit}");
}

async fn parallel_refreshes_get_the_same_token_and_the_session_goes_on(storage: Storage) {
    let app = App::on(storage).await;
    let admin = app.enter(ADMIN).await;
    let answers = join_all((0..8).map(|_| app.refresh(&admin.refresh_token))).await;
    let tokens: Vec<String> =
        answers.into_iter().map(|answer| text(&answer.expect(200).json(), "refresh_token")).collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
    app.clock.advance(10);
    // the last moment in which an answer that was lost can be asked for again
    assert_eq!(text(&app.refresh(&admin.refresh_token).await.expect(200).json(), "refresh_token"), tokens[0]);
    app.clock.advance(600);
    let third = app.refresh(&tokens[0]).await.expect(200).json();
    // the grace is for the immediate predecessor, not for the one before it
    app.refresh(&admin.refresh_token).await.is(401);
    app.refresh(&text(&third, "refresh_token")).await.is(401);
}

async fn a_session_ends_when_its_owner_says_so(storage: Storage) {
    let app = App::on(storage).await;
    let people = [app.enter(ADMIN).await, app.enter(ADMIN).await, app.enter(ADMIN).await, app.enter(ADMIN).await];
    let [first, second, third, fourth] = &people;
    let sessions = first.client.get("/api/v1/auth/sessions").await.expect(200).json();
    let sessions = sessions.as_array().unwrap();
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    assert_eq!(sessions.len(), 4);
    // by the access token, by the refresh token, by its id
    first.client.request(reqwest::Method::POST, "/api/v1/auth/logout").send().await.unwrap();
    first.client.get("/api/v1/auth/me").await.is(401);
    app.refresh(&first.refresh_token).await.is(401);
    let body = json!({"refresh_token": second.refresh_token});
    app.stranger().post("/api/v1/auth/logout", &body).await.is(204);
    app.stranger().post("/api/v1/auth/logout", &body).await.is(204);
    second.client.get("/api/v1/auth/me").await.is(401);
    let left = third.client.get("/api/v1/auth/sessions").await.expect(200).json();
    let other = left.as_array().unwrap().iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/api/v1/auth/sessions/{}", text(other, "id"));
    // somebody else's is not found
    app.person("viewer").await.client.delete(&path).await.is(404);
    third.client.delete(&path).await.is(204);
    fourth.client.get("/api/v1/auth/me").await.is(401);
    // all others at once
    let fifth = app.enter(ADMIN).await;
    third.client.delete("/api/v1/auth/sessions").await.is(204);
    fifth.client.get("/api/v1/auth/me").await.is(401);
    third.client.get("/api/v1/auth/me").await.is(200);
    // an admin ends them for somebody else
    app.delete(&format!("/api/v1/users/{}/sessions", third.id)).await.is(204);
    third.client.get("/api/v1/auth/me").await.is(401);
}

async fn a_new_password_ends_the_other_sessions(storage: Storage) {
    let app = App::on(storage).await;
    let (here, there) = (app.enter(ADMIN).await, app.enter(ADMIN).await);
    let new = "another sentence that I know";
    let change = async |current: &str, new: &str| {
        let body = json!({"current_password": current, "new_password": new});
        here.client.post("/api/v1/auth/change-password", &body).await
    };
    change("wrong", new).await.is(400);
    change(PASSWORD, "admin@example.org").await.is(400);
    change(PASSWORD, new).await.is(204);
    there.client.get("/api/v1/auth/me").await.is(401);
    here.client.get("/api/v1/auth/me").await.is(200);
    app.login(ADMIN, PASSWORD).await.is(401);
    app.login(ADMIN, new).await.is(200);
}

async fn a_lock_and_a_new_role_hold_at_once(storage: Storage) {
    let app = App::on(storage).await;
    let manager = app.person("manager").await;
    let path = format!("/api/v1/users/{}", manager.id);
    manager.client.get("/api/v1/users").await.is(200);
    app.put(&path, &json!({"role": "viewer"})).await.is(200);
    manager.client.get("/api/v1/users").await.is(403);
    app.put(&path, &json!({"disabled": true})).await.is(200);
    manager.client.get("/api/v1/auth/me").await.is(401);
    app.refresh(&manager.refresh_token).await.is(401);
    app.put(&path, &json!({"disabled": false})).await.is(200);
    app.refresh(&manager.refresh_token).await.is(401);
    app.login("manager@example.org", PASSWORD).await.is(200);
}
