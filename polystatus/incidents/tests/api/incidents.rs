//! An incident from its beginning to its end.

use chassis::auth::Role;
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::{column, shown, spawn_app, text};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    an_incident_is_opened_worked_on_and_resolved,
    every_way_of_the_status_is_as_the_refusals_say,
    a_repeated_request_opens_no_second_incident,
    what_is_edited_is_told_in_the_timeline,
}

const ALL: &str = "/api/v1/incidents";

async fn an_incident_is_opened_worked_on_and_resolved(storage: Storage) {
    let app = spawn_app(storage).await;
    let whole = json!({
        "title": "Checkout answers with errors", "sev": 2, "services": ["Checkout", "Search"],
        "summary": "Every second payment fails", "source": "manual"
    });
    let opened = app.post(ALL, &whole).await;
    assert_snapshot!("opened", shown(&opened));
    let incident = opened.header("location").to_owned();
    assert_eq!(app.stranger().get(&incident).await.body, opened.body);

    app.clock.advance(60);
    let nadia = app.user("USR-nadia", Role::Responder);
    let assigned = nadia.post(&format!("{incident}/assign"), &json!({"commander": "USR-nadia"})).await;
    assert_snapshot!("assigned", shown(&assigned));
    app.clock.advance(600);
    nadia.post(&format!("{incident}/status"), &json!({"status": "mitigated"})).await.assert_status(200);
    app.clock.advance(600);
    let resolved = nadia.post(&format!("{incident}/status"), &json!({"status": "resolved"})).await;
    assert_snapshot!("resolved", shown(&resolved));
    assert_snapshot!("what_the_service_saw", shown(&app.get(&format!("{incident}/timeline")).await));
    // opened anew, it is neither mitigated nor resolved
    let reopened = nadia.post(&format!("{incident}/status"), &json!({"status": "open"})).await.expect(200).json();
    assert_eq!((&reopened["mitigated_at"], &reopened["resolved_at"]), (&json!(null), &json!(null)));
    // and the audit log knows them all
    let audit = app.get("/api/v1/audit").await.expect(200).json();
    assert_eq!(
        column(&audit, "action"),
        ["status-changed", "status-changed", "status-changed", "assigned", "opened"]
            .map(|what| format!("incident.{what}"))
    );
}

async fn every_way_of_the_status_is_as_the_refusals_say(storage: Storage) {
    let app = spawn_app(storage).await;
    let incident = app.open_one().await;
    let path = format!("{incident}/status");
    let go = async |status: &str| app.post(&path, &json!({"status": status})).await;
    let said = go("open").await.refused(409);
    assert_eq!(said, "The incident is open already; it can become mitigated or resolved");
    for status in ["mitigated", "open", "resolved"] {
        assert_eq!(go(status).await.expect(200).json()["status"], status);
    }
    let before = app.get(&incident).await;
    let said = go("mitigated").await.refused(409);
    assert_eq!(said, "An incident that is resolved cannot become mitigated; it can become open");
    assert_eq!(app.get(&incident).await.header("etag"), before.header("etag"));
}

async fn a_repeated_request_opens_no_second_incident(storage: Storage) {
    let app = spawn_app(storage).await;
    let post = async |key: &str, title: &str| {
        let request = app.request(Method::POST, ALL).header("Idempotency-Key", key);
        send(request.json(&json!({"title": title, "sev": 1}))).await
    };
    let first = post("key-1", "Down").await.expect(201);
    let again = post("key-1", "Down").await.expect(201);
    assert_eq!((&again.body, again.header("location")), (&first.body, first.header("location")));
    post("key-1", "Something else").await.refused(409);
    assert_ne!(post("key-2", "Down").await.expect(201).body, first.body);
    // the key is its sender's own
    let other = app.user("USR-other", Role::Responder).request(Method::POST, ALL).header("Idempotency-Key", "key-1");
    assert_ne!(send(other.json(&json!({"title": "Down", "sev": 1}))).await.expect(201).body, first.body);
    // at the same time as well
    let both = futures_util::future::join_all((0..8).map(|_| post("key-3", "Down"))).await;
    assert!(both.iter().all(|answer| answer.status == 201 && answer.body == both[0].body), "{both:?}");
    post("a key", "Down").await.refused(400);
    assert_eq!(app.get(ALL).await.json().as_array().unwrap().len(), 4);
}

async fn what_is_edited_is_told_in_the_timeline(storage: Storage) {
    let app = spawn_app(storage).await;
    let incident = app.open_one().await;
    let edited = app.patch(&incident, &json!({"sev": 1, "services": ["Checkout"]})).await.expect(200).json();
    assert_eq!((&edited["sev"], &edited["services"]), (&json!(1), &json!(["Checkout"])));
    let timeline = app.get(&format!("{incident}/timeline")).await.json();
    assert_eq!(timeline[1]["message"], "Changed: sev, services");
    assert_eq!(
        timeline[1]["changes"],
        json!([{"field": "sev", "from": "2", "to": "1"}, {"field": "services", "from": "", "to": "Checkout"}])
    );
    // what is there already is no change
    let tag = app.get(&incident).await.header("etag").to_owned();
    assert_eq!(app.patch(&incident, &json!({"sev": 1})).await.header("etag"), tag);
    assert_eq!(app.get(&format!("{incident}/timeline")).await.json().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_list_shows_what_matches_the_newest_first() {
    let app = spawn_app(Storage::sqlite()).await;
    for (title, sev, services) in [
        ("Mail is slow", 3, vec!["Mail"]),
        ("Checkout fails", 1, vec!["Checkout API"]),
        ("Both", 1, vec!["mail", "checkout-api"]),
    ] {
        app.open(json!({"title": title, "sev": sev, "services": services})).await;
        app.clock.advance(1);
    }
    let mail = text(&app.get("/api/v1/incidents?q=MAIL%20is").await.json()[0], "id");
    app.set_status(&format!("{ALL}/{mail}"), "resolved").await;
    for (query, titles) in [
        ("", vec!["Both", "Checkout fails", "Mail is slow"]),
        ("?status=open", vec!["Both", "Checkout fails"]),
        ("?status=resolved", vec!["Mail is slow"]),
        ("?status=mitigated", vec![]),
        ("?sev=1", vec!["Both", "Checkout fails"]),
        ("?service=Mail", vec!["Both", "Mail is slow"]),
        ("?service=checkout-api&sev=1&status=open", vec!["Both", "Checkout fails"]),
        ("?service=Mail&q=slow", vec!["Mail is slow"]),
        ("?q=nothing", vec![]),
    ] {
        assert_eq!(column(&app.stranger().get(&format!("{ALL}{query}")).await.json(), "title"), titles, "{query}");
    }
}
