//! The incidents service itself, there and gone.

use polystatus_incidents::Incidents;
use serde_json::{Value, json};
use testbed::chaos_proxy::ChaosProxy;
use testbed::service::{START, TestService};
use testbed::storage::Storage;

use crate::app::{TestApp, spawn_with};

fn incidents_settings(bus: &str) -> polystatus_incidents::settings::Settings {
    let mut settings = polystatus_incidents::settings::Settings::default();
    settings.store.store_url = Some("memory:".parse().unwrap());
    settings.events.events_url = bus.parse().unwrap();
    settings
}

#[tokio::test]
async fn what_the_incidents_service_does_is_seen_and_when_it_is_gone_we_go_on() {
    let storage = Storage::sqlite();
    let bus = format!("in-process:{}", storage.url());
    let app = spawn_with(storage, |_| {}).await;
    let incidents = TestService::<Incidents>::with(incidents_settings(&bus)).random_ids().start().await;
    incidents.post("/api/v1/services", &json!({"name": "Checkout", "group": "Shop"})).await.assert_status(201);
    let incident = json!({"title": "Checkout answers with errors", "sev": 2, "services": ["checkout"]});
    let incident = incidents.post("/api/v1/incidents", &incident).await.expect(201).json();
    let id = incident["id"].as_str().unwrap();
    app.until("/api/v2/components.json", |page| page["components"][1]["status"] == "partial_outage").await;
    app.announce(id, "investigating", "We look at it").await;
    let shown = app.get("/api/v1/public/status").await.json();
    assert_eq!((&shown[0]["title"], &shown[0]["sev"]), (&json!("Checkout answers with errors"), &json!(2)));
    let resolve = format!("/api/v1/incidents/{id}/status");
    incidents.post(&resolve, &json!({"status": "resolved"})).await.assert_status(200);
    app.until("/api/v1/public/status", |all| all[0]["status"] == "resolved").await;
    app.until("/api/v2/status.json", |page| page["status"]["indicator"] == "none").await;
    drop(incidents);
    app.announce(id, "resolved", "It is over").await;
    assert_eq!(app.get("/api/v1/public/status").await.json()[0]["last_public"]["state"], "resolved");
    app.get("/readyz").await.assert_status(200);
}

#[tokio::test]
async fn what_was_missed_of_its_events_is_read_there() {
    let incidents = TestService::<Incidents>::with(incidents_settings("in-process:")).random_ids().start().await;
    incidents.post("/api/v1/services", &json!({"name": "Mail"})).await.assert_status(201);
    let open = async |title: &str| {
        let incident = json!({"title": title, "sev": 1, "services": ["Mail"]});
        incidents.post("/api/v1/incidents", &incident).await.expect(201).json()["id"].as_str().unwrap().to_owned()
    };
    let id = open("Mail is down").await;
    let proxy = ChaosProxy::start(incidents.address).unwrap();
    let url = format!("http://{}", proxy.address());
    let app = spawn_with(Storage::sqlite(), |settings| {
        settings.incidents_url = Some(url);
        settings.recheck_seconds = 1;
    })
    .await;
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "major_outage").await;
    let resolve = format!("/api/v1/incidents/{id}/status");
    incidents.post(&resolve, &json!({"status": "resolved"})).await.assert_status(200);
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "operational").await;
    // an incident that nobody has is not announced
    let said = json!({"incident_id": "INC-unknown", "message": "x", "state": "investigating"});
    assert_eq!(app.post("/api/v1/public/announce", &said).await.refused(404), "Incident not found");
    let other = open("Mail is down again").await;
    app.announce(&other, "investigating", "x").await;
    assert_eq!(app.get("/api/v1/public/status").await.json()[0]["title"], "Mail is down again");
    // when it cannot be asked, the public is told all the same
    proxy.cut();
    app.announce("INC-unheard", "investigating", "Much is down").await;
    proxy.restore();
    assert!(app.get("/api/v1/public/status").await.body.contains("Much is down"));
    assert_eq!(
        app.get("/api/v2/status.json").await.json()["page"]["updated_at"].as_str().unwrap().len(),
        24,
        "{START}"
    );
}

#[tokio::test]
async fn a_service_that_was_deleted_while_we_were_away_is_shown_no_longer() {
    let incidents = TestService::<Incidents>::with(incidents_settings("in-process:")).random_ids().start().await;
    // more than one page of its list holds
    for number in 0..130 {
        let service = json!({"name": format!("Service {number}")});
        incidents.post("/api/v1/services", &service).await.assert_status(201);
    }
    let url = format!("http://{}", incidents.address);
    let asking = |settings: &mut polystatus_communications::settings::Settings| {
        settings.incidents_url = Some(url.clone());
        settings.recheck_seconds = 1;
    };
    let shown = |count: usize| move |page: &Value| page["components"].as_array().unwrap().len() == count;
    let app = spawn_with(Storage::sqlite(), asking).await;
    app.until("/api/v2/components.json", shown(130)).await;
    // while we run, and nobody tells us
    incidents.delete("/api/v1/services/service-7").await.assert_status(204);
    app.until("/api/v2/components.json", shown(129)).await;
    let (storage, clock, mails) = app.taken_down();
    incidents.delete("/api/v1/services/service-129").await.assert_status(204);
    let app = TestApp::start(storage, clock, mails, asking).await;
    let page = app.until("/api/v2/components.json", shown(128)).await;
    assert!(page["components"].as_array().unwrap().iter().all(|component| component["name"] != "Service 129"));
}

#[tokio::test]
async fn incidents_that_nobody_knows_hide_no_resolution() {
    let incidents = TestService::<Incidents>::with(incidents_settings("in-process:")).random_ids().start().await;
    incidents.post("/api/v1/services", &json!({"name": "Mail"})).await.assert_status(201);
    let app = spawn_with(Storage::sqlite(), |_| {}).await;
    // announced while nobody could be asked, and in front of those that there are
    for number in 0..25 {
        app.announce(&format!("INC-0{number}"), "investigating", "x").await;
    }
    // heard of once, and then lost over there
    app.others.service("mail", "Mail", None, 1).await;
    app.others.incident("INC-lost", 1, "open", &["Mail"], START).await;
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "major_outage").await;
    let incident = json!({"title": "Mail is down", "sev": 1, "services": ["Mail"]});
    let incident = incidents.post("/api/v1/incidents", &incident).await.expect(201).json();
    let id = incident["id"].as_str().unwrap();
    let (storage, clock, mails) = app.taken_down();
    let url = format!("http://{}", incidents.address);
    let asking = |settings: &mut polystatus_communications::settings::Settings| {
        settings.incidents_url = Some(url);
        settings.recheck_seconds = 1;
    };
    let app = TestApp::start(storage, clock, mails, asking).await;
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "major_outage").await;
    app.announce(id, "investigating", "We look at it").await;
    let resolve = format!("/api/v1/incidents/{id}/status");
    incidents.post(&resolve, &json!({"status": "resolved"})).await.assert_status(200);
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "operational").await;
    let all = app.get("/api/v1/public/status").await.json();
    let of = |wanted: &str| all.as_array().unwrap().iter().find(|incident| incident["id"] == wanted).unwrap();
    assert_eq!((&of(id)["status"], &of("INC-07")["status"]), (&json!("resolved"), &json!("open")));
}
