//! A client that has read nothing but `/openapi.json`.
//!
//! What it is told beside the document is in `schemathesis/`, with the reason for each line.

use serde_json::json;
use tempfile::TempDir;
use testbed::process::{Program, Running};
use testbed::schemathesis::Schemathesis;

const TOKEN: &str = "the-token-of-this-test";

fn told() -> Schemathesis {
    let told = Schemathesis::told_by("polystatus/csp/tests/consumers/schemathesis").examples(10);
    told.without_endless("/api/v1/csp/stream")
}

/// The service with a provider in it, which asks nobody: what schemathesis makes up leads to places that there are.
fn start() -> (Running, TempDir) {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let store = format!("sqlite:{}", folder.path().join("csp.db").display());
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-csp"));
    let program = program.env("STORE_URL", store).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "error");
    let running = program.env("CATALOGUE", "none").env("POLL_SECONDS", "0").env("FETCH_SECONDS", "1").start();
    let request = ureq::post(running.url("/api/v1/csp/providers")).header("Authorization", format!("Bearer {TOKEN}"));
    let provider = json!({"name": "GitHub", "feed_url": "https://status.invalid/", "type": "json"});
    request.send_json(&provider).expect("201");
    (running, folder)
}

fn providers(running: &Running) -> String {
    let mut answer = ureq::get(running.url("/api/v1/csp/providers")).call().expect("a read is answered with 200");
    answer.body_mut().read_to_string().expect("a read is answered with text")
}

#[test]
fn the_service_does_what_its_document_says() {
    let (running, _folder) = start();
    told().header(format!("Authorization: Bearer {TOKEN}")).run(&running).assert_complete(300);
}

#[test]
fn a_stranger_is_told_so_as_the_document_says_and_changes_nothing() {
    let (running, _folder) = start();
    let before = providers(&running);
    told().run(&running).assert_complete(300);
    assert_eq!(providers(&running), before);
}
