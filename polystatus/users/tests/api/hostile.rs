//! What nobody should send, and what nobody may find in a log.

use serde_json::json;
use testbed::client::http;
use testbed::process::Program;
use testbed::service::TOKEN;

use crate::app::{ADMIN, App, PASSWORD};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    no_secret_is_written_into_the_log,
}

#[tokio::test]
async fn whatever_is_sent_is_answered_in_the_shape_of_errors() {
    let app = App::on(Storage::sqlite()).await;
    let send = async |path: &str, body: Vec<u8>| {
        let request = app.stranger().request(reqwest::Method::POST, path).header("content-type", "application/json");
        testbed::client::send(request.body(body)).await
    };
    let login = "/api/v1/auth/login";
    for (body, status) in [
        (b"".to_vec(), 400),
        (b"[]".to_vec(), 400),
        (b"{".to_vec(), 400),
        (b"\xff\xfe".to_vec(), 400),
        (b"{\"email\": \"a\"}".to_vec(), 400),
        (br#"{"email": 1, "password": "b"}"#.to_vec(), 400),
        (br#"{"email": "a", "email": "b", "password": "c"}"#.to_vec(), 400),
        (br#"{"email": {"$ne": ""}, "password": {"$ne": ""}}"#.to_vec(), 400),
        (br#"{"email": "a\u0000b", "password": "\u0000"}"#.to_vec(), 401),
        (br#"{"email": "' OR 1=1 --", "password": "' OR 1=1 --"}"#.to_vec(), 401),
        ("[".repeat(60_000).into_bytes(), 400),
        (vec![b' '; 100_000], 413),
    ] {
        let answer = send(login, body).await;
        answer.refused(status);
    }
    // to log out, one says of what
    for (body, status) in [("", 401), ("null", 401), ("{}", 400), ("[]", 400), ("\"a\"", 400)] {
        send("/api/v1/auth/logout", body.into()).await.refused(status);
    }
    for path in ["/api/v1/users/..%2f..%2fetc%2fpasswd", "/api/v1/users/%00", "/api/v1/users/é", "/api/v1/nothing"] {
        app.get(path).await.refused(404);
    }
    // a role is not taken from a field that looks like one
    let body = json!({"name": "x", "email": "x@example.org", "password": PASSWORD, "is_admin": true});
    app.stranger().post("/api/v1/users", &body).await.refused(400);
}

async fn no_secret_is_written_into_the_log(storage: Storage) {
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-users"))
        .env("STORE_URL", storage.url())
        .env("API_TOKEN", TOKEN)
        .env("ADMIN_EMAIL", ADMIN)
        .env("ADMIN_PASSWORD", PASSWORD)
        .env("KEY_SECRET", "a secret for tests, of 32 characters and more")
        .env("LOG_LEVEL", "trace");
    let mut running = program.start();
    let client = http();
    let post = async |path: &str, body: serde_json::Value| {
        client.post(running.url(path)).json(&body).send().await.unwrap().text().await.unwrap()
    };
    let tokens = post("/api/v1/auth/login", json!({"email": ADMIN, "password": PASSWORD})).await;
    let tokens: serde_json::Value = serde_json::from_str(&tokens).unwrap();
    let (token, refresh) = (tokens["token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    post("/api/v1/auth/login", json!({"email": ADMIN, "password": "a wrong password of mine"})).await;
    // people type their password into the wrong field
    post("/api/v1/auth/login", json!({"email": "my secret in the wrong field", "password": "x"})).await;
    post("/api/v1/auth/refresh", json!({"refresh_token": refresh})).await;
    post("/api/v1/users", json!({"name": "x", "email": "zoe@example.org", "password": "a sentence of my own"})).await;
    post("/api/v1/auth/reset-password", json!({"token": "a token of a mail", "password": "yet another one"})).await;
    let me = client.get(running.url("/api/v1/auth/me")).bearer_auth(token).send().await.unwrap();
    assert_eq!(me.status(), 200);
    running.terminate();
    let log = running.stderr() + &running.stdout();
    assert!(log.contains("a login failed"), "the log is there:\n{log}");
    let (session, secret) = refresh.split_once('.').unwrap();
    let signature = token.rsplit('.').next().unwrap();
    for secret in [
        PASSWORD,
        TOKEN,
        token,
        signature,
        secret,
        "a wrong password of mine",
        "my secret in the wrong field",
        "a sentence of my own",
        "a token of a mail",
        "yet another one",
        "$argon2",
        "a secret for tests",
    ] {
        assert!(!log.contains(secret), "`{secret}` is in the log, of session {session}");
    }
}
