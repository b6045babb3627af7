//! The process dies in the middle.

use std::time::Duration;

use polystatus_incidents::Incidents;
use serde_json::json;
use testbed::client::Client;
use testbed::process::Program;
use testbed::service::{TOKEN, TestService};
use testbed::wait;
use testbed::{on_both_storages, storage::Storage};

use crate::app::text;
use crate::feed_server::{FeedServer, incident, page};

on_both_storages! {
    a_crash_loses_no_incident_and_opens_none_twice,
}

const SOON: Duration = Duration::from_secs(40);

/// Killed at five moments around the opening of incidents: in the end each event has one.
async fn a_crash_loses_no_incident_and_opens_none_twice(storage: Storage) {
    let mut settings = polystatus_incidents::settings::Settings::default();
    settings.store.store_url = Some("memory:".parse().unwrap());
    let incidents = TestService::<Incidents>::with(settings).random_ids().start().await;
    let server = FeedServer::start().await;
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-csp"));
    let program = program.env("STORE_URL", storage.url()).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "error");
    let program = program.env("CATALOGUE", "none").env("POLL_SECONDS", "0").env("PRIVATE_FEEDS", "true");
    let program = program.env("REFRESH_SECONDS", "0").env("OPENINGS_PER_HOUR", "1000");
    let program = program.env("INCIDENTS_URL", incidents.url("")).env("INCIDENTS_TOKEN", TOKEN);
    let opened = async || incidents.get("/api/v1/incidents?limit=500").await.json().as_array().unwrap().len();
    let events = |round: usize| {
        let all: Vec<_> = (0..=20 * round + 19).map(|number| incident(&format!("i{number}"), "critical")).collect();
        page("critical", "major_outage", &json!(all))
    };
    for round in 0..5 {
        let mut running = program.start();
        let client = Client::of(running.address()).as_(TOKEN);
        if round == 0 {
            let provider = json!({"name": "Forge", "feed_url": server.url(), "type": "json", "opens": {"from": "major_outage", "sev": 1}});
            client.post("/api/v1/csp/providers", &provider).await.assert_status(201);
        }
        server.send(events(round));
        client.post("/api/v1/csp/refresh?provider=forge", &json!(null)).await.assert_status(200);
        let enough = 20 * round + 2 * round;
        wait::until_async("some incidents", SOON, async || (opened().await >= enough).then_some(())).await;
        running.kill_9();
    }
    let running = program.start();
    let client = Client::of(running.address());
    let linked = async || {
        let events = client.get("/api/v1/csp/events?limit=500").await.json();
        let linked = events.as_array().unwrap().iter().filter(|event| event["incident"].is_string()).count();
        (linked == 100).then_some(events)
    };
    let events = wait::until_async("every event to know its incident", SOON, linked).await;
    let mut ids: Vec<String> = events.as_array().unwrap().iter().map(|event| text(event, "incident")).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), opened().await), (100, 100));
}
