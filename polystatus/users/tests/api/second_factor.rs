//! Codes of an app, and recovery codes.

use futures_util::future::join;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::app::{ADMIN, App, Is, PASSWORD, Person};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    a_second_factor_is_asked_for_once_it_is_confirmed,
    a_code_lets_one_request_in,
}

/// What the app shows.
fn code(secret: &str, now: i64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    totp.generate(now.cast_unsigned()).to_string()
}

fn now(app: &App) -> i64 {
    use chassis::clock::Clock;
    app.clock.unix_seconds()
}

/// Set it up: the secret and the recovery codes.
async fn set_up(app: &App, person: &Person) -> (String, Vec<Value>) {
    person.client.post("/api/v1/auth/totp", &json!({"password": "wrong"})).await.is(400);
    let enrolment = person.client.post("/api/v1/auth/totp", &json!({"password": PASSWORD})).await.expect(200).json();
    let secret = enrolment["secret"].as_str().unwrap().to_owned();
    assert!(enrolment["url"].as_str().unwrap().contains(&secret), "{enrolment}");
    // not asked for before the app has shown that it has the secret
    app.login(ADMIN, PASSWORD).await.is(200);
    let confirm = async |code: &str| person.client.post("/api/v1/auth/totp/confirm", &json!({"code": code})).await;
    confirm("000000").await.is(400);
    let codes = confirm(&code(&secret, now(app))).await.expect(200).list("recovery_codes");
    (secret, codes)
}

async fn a_second_factor_is_asked_for_once_it_is_confirmed(storage: Storage) {
    let app = App::on(storage).await;
    let admin = app.enter(ADMIN).await;
    let (secret, recovery) = set_up(&app, &admin).await;
    assert_eq!(recovery.len(), 10);
    let login = async |totp: &Value| app.log_in(&json!({"email": ADMIN, "password": PASSWORD, "totp": totp})).await;
    // only the right password learns that it is there
    let wanted = app.login(ADMIN, PASSWORD).await;
    assert_eq!(wanted.refused(401), "A second factor is needed");
    assert_eq!(wanted.json()["details"][0]["field"], "totp");
    assert_eq!(app.login(ADMIN, "wrong").await.refused(401), "The e-mail address or the password is wrong");
    // the code that confirmed it is used up
    login(&json!(code(&secret, now(&app)))).await.is(401);
    app.clock.advance(30);
    login(&json!(code(&secret, now(&app)))).await.is(200);
    login(&json!(code(&secret, now(&app)))).await.is(401);
    // the telephone is gone
    login(&recovery[3]).await.is(200);
    assert_eq!(login(&recovery[3]).await.refused(401), "The second factor is wrong");
    // guessing locks, as with passwords
    for _ in 0..5 {
        login(&json!("123456")).await.is(401);
    }
    app.clock.advance(30);
    let locked = app.log_in(&json!({"email": ADMIN, "password": PASSWORD, "totp": recovery[4]})).await;
    assert_eq!(locked.status, 200, "two wrong codes and five: locked for less than thirty seconds");
    // a reset leaves it, its owner can take it away
    app.stranger().post("/api/v1/auth/forgot-password", &json!({"email": ADMIN})).await.is(202);
    let token = app.mailbox.token("password-reset-requested", ADMIN).await;
    let body = json!({"token": token, "password": PASSWORD});
    app.stranger().post("/api/v1/auth/reset-password", &body).await.is(204);
    assert_eq!(app.login(ADMIN, PASSWORD).await.refused(401), "A second factor is needed");
    let token = login(&recovery[5]).await.expect(200).json()["token"].as_str().unwrap().to_owned();
    let body = json!({"password": PASSWORD});
    app.as_(token).post("/api/v1/auth/totp/disable", &body).await.is(204);
    app.login(ADMIN, PASSWORD).await.is(200);
}

async fn a_code_lets_one_request_in(storage: Storage) {
    let app = App::on(storage).await;
    let admin = app.enter(ADMIN).await;
    let (secret, recovery) = set_up(&app, &admin).await;
    app.clock.advance(30);
    for given in [json!(code(&secret, now(&app))), recovery[0].clone()] {
        let body = json!({"email": ADMIN, "password": PASSWORD, "totp": given});
        let (one, other) = join(app.log_in(&body), app.log_in(&body)).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401], "{given}");
    }
}
