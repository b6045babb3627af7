//! A client that has read nothing but `/openapi.json`.
//!
//! What it is told beside the document is in `schemathesis/`, with the reason for each line.

use serde_json::{Value, json};
use tempfile::TempDir;
use testbed::process::{Program, Running};
use testbed::schemathesis::Schemathesis;
use testbed::service::TOKEN;

const ADMIN: (&str, &str) = ("admin@example.org", "correct horse battery staple");

fn start(folder: &TempDir) -> Running {
    Program::new(env!("CARGO_BIN_EXE_polystatus-users"))
        .env("STORE_URL", format!("sqlite:{}", folder.path().join("users.db").display()))
        .env("API_TOKEN", TOKEN)
        .env("ADMIN_EMAIL", ADMIN.0)
        .env("ADMIN_PASSWORD", ADMIN.1)
        // what it tries is no attack
        .env("ATTEMPTS_PER_MINUTE", "60000")
        .env("LOG_LEVEL", "error")
        .start()
}

fn told() -> Schemathesis {
    Schemathesis::told_by("polystatus/users/tests/consumers/schemathesis")
}

#[test]
fn the_service_does_what_its_document_says() {
    let folder = tempfile::tempdir().unwrap();
    let users = start(&folder);
    told().header(format!("Authorization: Bearer {TOKEN}")).run(&users).assert_complete(500);
}

#[test]
fn a_stranger_is_told_so_as_the_document_says() {
    let folder = tempfile::tempdir().unwrap();
    let users = start(&folder);
    told().run(&users).assert_complete(500);
}

#[test]
fn a_user_is_answered_as_the_document_says() {
    let folder = tempfile::tempdir().unwrap();
    let users = start(&folder);
    let body = json!({"email": ADMIN.0, "password": ADMIN.1});
    let mut answer = ureq::post(users.url("/api/v1/auth/login")).send_json(&body).unwrap();
    let tokens: Value = answer.body_mut().read_json().unwrap();
    let token = tokens["token"].as_str().unwrap();
    told().header(format!("Authorization: Bearer {token}")).run(&users).assert_complete(500);
}
