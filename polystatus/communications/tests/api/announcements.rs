//! Announcements: what is said, and what everybody reads of it.

use reqwest::Method;
use serde_json::{Value, json};
use testbed::client::send;
use testbed::on_both_storages;
use testbed::service::START;
use testbed::storage::Storage;

use crate::app::spawn_app;

on_both_storages! {
    what_is_announced_is_public_at_once,
    an_incident_is_as_it_was_heard_last,
    the_page_follows_the_incidents_service_when_nobody_says_anything,
}

async fn what_is_announced_is_public_at_once(storage: Storage) {
    let app = spawn_app(storage).await;
    app.others.incident("INC-1", 2, "open", &["Checkout"], START).await;
    assert_eq!(app.get("/api/v1/public/status").await.body, "[]", "the public knows of what it was told, not before");
    let said = app.announce("INC-1", "investigating", "Payments fail for some of you").await;
    assert_eq!(said, json!({"ts": START, "message": "Payments fail for some of you", "state": "investigating"}));
    app.until("/api/v1/public/status", |all| all[0]["sev"] == 2).await;
    app.clock.advance(60);
    app.announce("INC-1", "identified", "It is the database").await;
    let answer = app.stranger().get("/api/v1/public/status").await.expect(200);
    assert_eq!(
        answer.json()[0]["last_public"],
        json!({"ts": START + 60, "message": "It is the database", "state": "identified"})
    );
    assert_eq!((&answer.json()[0]["status"], &answer.json()[0]["id"]), (&json!("open"), &json!("INC-1")));
    let again = app.request(Method::GET, "/api/v1/public/status").header("If-None-Match", answer.header("etag"));
    assert_eq!(send(again).await.status, 304);
}

async fn an_incident_is_as_it_was_heard_last(storage: Storage) {
    let app = spawn_app(storage).await;
    // said before it was heard of: the title follows
    app.announce("INC-7", "investigating", "Something is wrong").await;
    assert_eq!(app.get("/api/v1/public/status").await.json()[0]["title"], "Incident INC-7");
    app.others.incident("INC-7", 1, "open", &[], START + 5).await;
    let heard = |title: &'static str| move |all: &Value| all[0]["title"] == title;
    app.until("/api/v1/public/status", heard("Incident INC-7: checkout <fails> & more")).await;
    // what is older comes too late
    app.others.incident("INC-7", 4, "open", &[], START + 1).await;
    app.others.incident("INC-8", 4, "open", &[], START + 1).await;
    app.announce("INC-8", "investigating", "x").await;
    app.until("/api/v1/public/status", |all| all[0]["sev"] == 4).await;
    assert_eq!(app.get("/api/v1/public/status").await.json()[1]["sev"], 1);
}

async fn the_page_follows_the_incidents_service_when_nobody_says_anything(storage: Storage) {
    let app = spawn_app(storage).await;
    app.others.service("checkout", "Checkout", None, 1).await;
    app.others.incident("INC-1", 1, "open", &["checkout"], START).await;
    // not announced, and yet not green
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "major_outage").await;
    app.announce("INC-1", "monitoring", "It should be mended").await;
    app.others.incident("INC-1", 1, "resolved", &["checkout"], START + 9).await;
    app.until("/api/v2/incidents/unresolved.json", |page| page["incidents"] == json!([])).await;
    let all = app.get("/api/v2/incidents.json").await.json();
    assert_eq!(all["incidents"][0]["status"], "resolved");
    assert_eq!(app.get("/api/v2/status.json").await.json()["status"]["indicator"], "none");
}

#[tokio::test]
async fn a_list_has_pages() {
    let app = spawn_app(Storage::sqlite()).await;
    for number in 0..5 {
        app.clock.advance(1);
        app.announce(&format!("INC-{number}"), "investigating", "x").await;
    }
    let (mut seen, mut next) = (Vec::new(), Some("/api/v1/public/status?limit=2".to_owned()));
    while let Some(path) = next {
        let page = app.get(&path).await.expect(200);
        seen.extend(page.json().as_array().unwrap().iter().map(|incident| incident["id"].as_str().unwrap().to_owned()));
        next = page.next();
    }
    assert_eq!(seen, ["INC-4", "INC-3", "INC-2", "INC-1", "INC-0"]);
}

#[tokio::test]
async fn every_mistake_is_named() {
    let app = spawn_app(Storage::sqlite()).await;
    let fields = async |path: &str, body: Value| {
        let answer = app.post(path, &body).await;
        answer.refused(400);
        answer.list("details").iter().map(|detail| detail["field"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let announce = "/api/v1/public/announce";
    assert_eq!(fields(announce, json!({})).await, ["incident_id", "message", "state"]);
    let wrong = json!({"incident_id": "a/b", "message": " ", "state": "postmortem"});
    assert_eq!(fields(announce, wrong).await, ["incident_id", "message", "state"]);
    assert_eq!(fields("/api/v1/maintenances", json!({})).await, ["title", "from", "until"]);
    let wrong = json!({"title": "x", "from": 2, "until": 1, "services": ["?"]});
    assert_eq!(fields("/api/v1/maintenances", wrong).await, ["services[0]", "until"]);
    assert_eq!(fields("/api/v1/subscriptions/email", json!({"lang": "de"})).await, ["email", "lang"]);
    assert_eq!(fields("/api/v1/subscriptions/email", json!({"email": "a@b\r\nBcc: x@y.org"})).await, ["email"]);
    assert_eq!(fields("/api/v1/webhooks", json!({})).await, ["url"]);
    assert_eq!(app.get("/api/v1/public/status").await.body, "[]");
}
