//! A client that has read nothing but `/openapi.json`.
//!
//! What it is told beside the document is in `schemathesis/`, with the reason for each line.

use serde_json::json;
use tempfile::TempDir;
use testbed::process::{Program, Running};
use testbed::schemathesis::Schemathesis;

const TOKEN: &str = "the-token-of-this-test";

fn told() -> Schemathesis {
    let told = Schemathesis::told_by("polystatus/flags/tests/consumers/schemathesis").examples(10);
    told.without_endless("/api/v1/flags/stream").without_endless("/ofrep/v1/sse")
}

/// The service, with a flag and a segment in it.
fn start() -> (Running, TempDir) {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let store = format!("sqlite:{}", folder.path().join("flags.db").display());
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-flags"));
    let running = program.env("STORE_URL", store).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "error").start();
    for (path, body) in [("/admin/segments", json!({"id": "beta"})), ("/admin/flags", json!({"id": "new-checkout"}))] {
        let request = ureq::post(running.url(path)).header("Authorization", format!("Bearer {TOKEN}"));
        request.send_json(&body).expect("201");
    }
    (running, folder)
}

fn flags(running: &Running) -> String {
    let mut answer = ureq::get(running.url("/flags")).call().expect("an evaluation is answered with 200");
    answer.body_mut().read_to_string().expect("an evaluation is answered with text")
}

#[test]
fn the_service_does_what_its_document_says() {
    let (running, _folder) = start();
    let report = told().header(format!("Authorization: Bearer {TOKEN}")).run(&running);
    report.assert_complete(500);
}

#[test]
fn a_stranger_is_told_so_as_the_document_says_and_changes_nothing() {
    let (running, _folder) = start();
    let before = flags(&running);
    told().run(&running).assert_complete(500);
    assert_eq!(flags(&running), before);
}
