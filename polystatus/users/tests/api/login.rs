//! `POST /api/v1/auth/login`: one answer for everything that is wrong, in words and in time.

use std::time::Duration;

use polystatus_users::settings::EmailVerification;
use serde_json::json;
use tokio::time::Instant;

use crate::app::{ADMIN, App, Is, PASSWORD};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    who_logs_in_has_tokens_that_are_good_here,
    everything_that_is_wrong_is_the_same_wrong,
    guessing_locks_an_account_for_a_while_and_nobody_is_told,
}

async fn who_logs_in_has_tokens_that_are_good_here(storage: Storage) {
    let app = App::on(storage).await;
    let answer = app.login(ADMIN, PASSWORD).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let tokens = answer.json();
    assert_eq!(tokens["expires_in"], 900);
    let me = app.as_(tokens["token"].as_str().unwrap()).get("/api/v1/auth/me").await.expect(200).json();
    assert_eq!((&me["id"], &me["email"], &me["role"]), (&tokens["user_id"], &json!(ADMIN), &json!("admin")));
    // an address is the same in capitals
    app.login("Admin@Example.ORG", PASSWORD).await.is(200);
}

async fn everything_that_is_wrong_is_the_same_wrong(storage: Storage) {
    let app = App::on(storage).await;
    let disabled = app.make("viewer").await;
    let id = app.enter(&disabled).await.id;
    app.put(&format!("/api/v1/users/{id}"), &json!({"disabled": true})).await.is(200);
    app.invite("invited@example.org").await;
    let expected = app.login(ADMIN, "wrong").await.expect(401).to_string();
    for (email, password) in [
        ("nobody@example.org", PASSWORD),
        (disabled.as_str(), PASSWORD),
        ("invited@example.org", ""),
        ("invited@example.org", PASSWORD),
        ("no address", PASSWORD),
        ("", ""),
        (ADMIN, "Correct horse battery staple"),
        (ADMIN, &format!("{PASSWORD} ")),
        (ADMIN, &"x".repeat(5000)),
    ] {
        assert_eq!(app.login(email, password).await.to_string(), expected, "{email} {password}");
    }
}

async fn guessing_locks_an_account_for_a_while_and_nobody_is_told(storage: Storage) {
    let app = App::on(storage).await;
    let wrong = app.login(ADMIN, "wrong").await.expect(401).to_string();
    for _ in 0..5 {
        assert_eq!(app.login(ADMIN, "wrong").await.to_string(), wrong);
    }
    // the sixth locked it for two seconds
    assert_eq!(app.login(ADMIN, PASSWORD).await.to_string(), wrong);
    app.clock.advance(1);
    assert_eq!(app.login(ADMIN, PASSWORD).await.to_string(), wrong);
    app.clock.advance(1);
    app.login(ADMIN, PASSWORD).await.is(200);
    // and that was the end of it
    app.login(ADMIN, "wrong").await.is(401);
    app.login(ADMIN, PASSWORD).await.is(200);
}

#[tokio::test]
async fn an_address_that_guesses_is_slowed_down_and_the_others_are_not() {
    let app = App::with(Storage::sqlite(), |settings| settings.attempts_per_minute = 3).await;
    let from = async |address: &str, password: &str| {
        let body = json!({"email": "nobody@example.org", "password": password});
        let request = app.stranger().request(reqwest::Method::POST, "/api/v1/auth/login").json(&body);
        testbed::client::send(request.header("x-forwarded-for", address)).await
    };
    for _ in 0..3 {
        from("192.0.2.1", "wrong").await.is(401);
    }
    let refused = from("192.0.2.1", "wrong").await;
    assert_eq!(refused.refused(429), "Too many requests");
    assert_eq!(refused.header("retry-after"), "20");
    // what the client writes to the left of the proxy's word is nothing
    from("198.51.100.7, 192.0.2.1", "wrong").await.is(429);
    from("192.0.2.2", "wrong").await.is(401);
    app.clock.advance(20);
    from("192.0.2.1", "wrong").await.is(401);
}

#[tokio::test]
async fn who_is_logged_in_is_asked_for_the_password_no_more_often_than_others() {
    let app = App::with(Storage::sqlite(), |settings| settings.attempts_per_minute = 4).await;
    let admin = app.enter(ADMIN).await;
    let change = json!({"current_password": "a wrong one", "new_password": "a sentence that I alone know"});
    admin.client.post("/api/v1/auth/change-password", &change).await.is(400);
    let factor = admin.client.post("/api/v1/auth/totp", &json!({"password": PASSWORD})).await;
    factor.is(200);
    admin.client.post("/api/v1/auth/totp/confirm", &json!({"code": "000000"})).await.is(400);
    admin.client.post("/api/v1/auth/totp/disable", &json!({"password": "a wrong one"})).await.is(400);
    for (route, body) in [
        ("change-password", &change),
        ("totp", &json!({"password": PASSWORD})),
        ("totp/confirm", &json!({"code": "000000"})),
        ("totp/disable", &json!({"password": PASSWORD})),
    ] {
        admin.client.post(&format!("/api/v1/auth/{route}"), body).await.is(429);
    }
    admin.client.get("/api/v1/auth/me").await.is(200);
}

/// How long this takes: the quickest of several, since whatever else the machine does makes it slower.
fn quickest(times: &[Duration]) -> Duration {
    *times.iter().min().unwrap()
}

#[tokio::test]
async fn nobody_learns_from_the_time_who_has_an_account() {
    let app = App::on(Storage::sqlite()).await;
    let register = async |email: &str| {
        let body = json!({"name": "x", "email": email, "password": PASSWORD});
        app.stranger().post("/api/v1/users", &body).await.expect(201)
    };
    let forgot = async |email: &str| {
        app.stranger().post("/api/v1/auth/forgot-password", &json!({"email": email})).await.expect(202)
    };
    let mut times: [[Vec<Duration>; 2]; 3] = Default::default();
    let other = "another password that is wrong";
    for round in 0..15 {
        // in turns, so that a machine that is busy for a moment is so for both
        for (place, email) in [ADMIN.to_owned(), format!("new-{round}@example.org")].into_iter().enumerate() {
            // neither gets locked
            app.clock.advance(3600);
            let begun = Instant::now();
            app.login(&email, other).await.is(401);
            times[0][place].push(begun.elapsed());
            let begun = Instant::now();
            register(&email).await;
            times[1][place].push(begun.elapsed());
            let begun = Instant::now();
            forgot(&email).await;
            times[2][place].push(begun.elapsed());
        }
    }
    for (what, [known, unknown]) in ["login", "register", "forgot"].into_iter().zip(times) {
        let (known, unknown) = (quickest(&known), quickest(&unknown));
        // without the hash for nobody it would be twenty times; a machine with other work to do makes it two
        let ratio = known.as_secs_f64() / unknown.as_secs_f64();
        assert!((0.25..4.0).contains(&ratio), "{what}: {known:?} where there is an account, {unknown:?} where not");
    }
}

#[tokio::test]
async fn without_verification_whoever_registers_can_log_in() {
    let app = App::with(Storage::sqlite(), |settings| settings.email_verification = EmailVerification::Off).await;
    let body = json!({"name": "Zoé", "email": "zoe@example.org", "password": PASSWORD});
    let made = app.stranger().post("/api/v1/users", &body).await.expect(201).json();
    assert_eq!(app.enter("zoe@example.org").await.id, made["id"].as_str().unwrap());
}
