//! A client that has read nothing but `/openapi.json`.
//!
//! What it is told beside the document is in `schemathesis/`, with the reason for each line.

use polystatus_incidents::Incidents;
use polystatus_incidents::settings::Settings;
use serde_json::json;
use tempfile::TempDir;
use testbed::process::{Program, Running};
use testbed::schemathesis::Schemathesis;
use testbed::service::TestService;

const TOKEN: &str = "the-token-of-this-test";

fn told() -> Schemathesis {
    let told = Schemathesis::told_by("polystatus/csp/tests/consumers/schemathesis").examples(10);
    told.without_endless("/api/v1/csp/stream")
}

/// The service with a provider in it, which asks nobody: what schemathesis makes up leads to places that there are. Beside
/// it the real incidents service, which opens what it is told to.
struct House {
    running: Running,
    _incidents: TestService<Incidents>,
    _folder: TempDir,
}

async fn start() -> House {
    let mut settings = Settings::default();
    settings.store.store_url = Some("memory:".parse().expect("an address of a storage"));
    let incidents = TestService::<Incidents>::start(settings).await;
    let folder = TempDir::new().expect("a temporary folder can be made");
    let store = format!("sqlite:{}", folder.path().join("csp.db").display());
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-csp"));
    let program = program.env("STORE_URL", store).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "error");
    let program = program.env("INCIDENTS_URL", incidents.url("")).env("INCIDENTS_TOKEN", testbed::service::TOKEN);
    let running = program.env("CATALOGUE", "none").env("POLL_SECONDS", "0").env("FETCH_SECONDS", "1").start();
    let request = ureq::post(running.url("/api/v1/csp/providers")).header("Authorization", format!("Bearer {TOKEN}"));
    let provider = json!({"name": "GitHub", "feed_url": "https://status.invalid/", "type": "json"});
    request.send_json(&provider).expect("201");
    House { running, _incidents: incidents, _folder: folder }
}

fn providers(running: &Running) -> String {
    let mut answer = ureq::get(running.url("/api/v1/csp/providers")).call().expect("a read is answered with 200");
    answer.body_mut().read_to_string().expect("a read is answered with text")
}

#[tokio::test]
async fn the_service_does_what_its_document_says() {
    let House { running, .. } = &start().await;
    told().header(format!("Authorization: Bearer {TOKEN}")).run(running).assert_complete(300);
}

#[tokio::test]
async fn a_stranger_is_told_so_as_the_document_says_and_changes_nothing() {
    let House { running, .. } = &start().await;
    let before = providers(running);
    told().run(running).assert_complete(300);
    assert_eq!(providers(running), before);
}
