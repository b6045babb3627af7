//! Alertmanager's webhook: groups of alerts become incidents.

use polystatus_incidents::settings::AfterAlerts;
use serde_json::{Value, json};
use testbed::service::START;
use testbed::{on_both_storages, storage::Storage};

use crate::app::{TestApp, spawn_app, spawn_with, text};

on_both_storages! {
    a_group_that_fires_opens_one_incident_and_ends_it,
    what_comes_back_opens_it_again_and_what_was_resolved_is_another,
    what_somebody_has_in_hand_keeps_its_status,
}

const TOKEN: &str = "the-token-of-the-alerts";

/// An alert as Alertmanager 0.25 sends it.
pub fn alert(fingerprint: &str, status: &str) -> Value {
    json!({
        "status": status,
        "labels": {"alertname": "ServiceDown", "job": "documents-api", "instance": fingerprint, "severity": "page"},
        "annotations": {
            "summary": format!("{fingerprint} does not answer"), "description": "It is not there.",
            "runbook": "docs/observability.md#servicedown"
        },
        // START is 2023-11-14T22:13:20Z
        "startsAt": "2023-11-14T22:12:20.5Z", "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph", "fingerprint": fingerprint
    })
}

/// A message as Alertmanager 0.25 sends it.
pub fn message(group: &str, alerts: &[Value]) -> Value {
    let status = if alerts.iter().any(|alert| alert["status"] == "firing") { "firing" } else { "resolved" };
    json!({
        "version": "4", "groupKey": format!("{{}}:{{alertname=\"{group}\"}}"), "truncatedAlerts": 0, "status": status,
        "receiver": "incidents", "groupLabels": {"alertname": group}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": "http://alertmanager:9093", "alerts": alerts
    })
}

async fn app_with_token(storage: Storage, after: AfterAlerts) -> TestApp {
    spawn_with(storage, |settings| {
        settings.alerts_token = Some(TOKEN.to_owned().into());
        settings.alerts_ended = after;
    })
    .await
}

async fn tell(app: &TestApp, message: &Value) -> Value {
    app.stranger().as_(TOKEN).post("/api/v1/alerts", message).await.expect(200).json()
}

async fn read(app: &TestApp, taken: &Value) -> Value {
    app.get(&format!("/api/v1/incidents/{}", text(taken, "incident"))).await.json()
}

async fn messages(app: &TestApp, taken: &Value) -> Vec<String> {
    let path = format!("/api/v1/incidents/{}/timeline", text(taken, "incident"));
    app.get(&path).await.json().as_array().unwrap().iter().map(|entry| text(entry, "message")).collect()
}

async fn how_many(app: &TestApp) -> usize {
    app.get("/api/v1/incidents").await.json().as_array().unwrap().len()
}

async fn a_group_that_fires_opens_one_incident_and_ends_it(storage: Storage) {
    let app = app_with_token(storage, AfterAlerts::Resolved).await;
    let first = message("ServiceDown", &[alert("a", "firing")]);
    let taken = tell(&app, &first).await;
    assert_eq!(taken["opened"], true);
    let incident = read(&app, &taken).await;
    assert_eq!(incident["title"], "a does not answer");
    assert_eq!((&incident["sev"], &incident["services"]), (&json!(2), &json!(["documents-api"])));
    assert_eq!((&incident["source"], &incident["created_by"]), (&json!("alertmanager"), &json!("alertmanager")));
    assert_eq!(incident["summary"], "It is not there.\n\nRunbook: docs/observability.md#servicedown");
    assert_eq!(incident["started_at"], START - 60, "when the alert began, not when we heard of it");

    // repeated, as Alertmanager does every few hours
    let again = tell(&app, &first).await;
    assert_eq!((&again["incident"], &again["opened"]), (&taken["incident"], &json!(false)));
    tell(&app, &message("ServiceDown", &[alert("a", "firing"), alert("b", "firing")])).await;
    tell(&app, &message("ServiceDown", &[alert("a", "resolved"), alert("b", "firing")])).await;
    assert_eq!(read(&app, &taken).await["status"], "open", "one of them still fires");
    let over = message("ServiceDown", &[alert("b", "resolved")]);
    tell(&app, &over).await;
    tell(&app, &over).await;
    assert_eq!(read(&app, &taken).await["status"], "resolved");
    assert_eq!(
        messages(&app, &taken).await,
        [
            "Opened by alerts\nFires: a does not answer",
            "Fires: b does not answer",
            "Ended: a does not answer",
            "From open to resolved: Ended: b does not answer",
        ]
    );
    assert_eq!(how_many(&app).await, 1);
    // another group is another incident
    assert_eq!(tell(&app, &message("EventsWait", &[alert("c", "firing")])).await["opened"], true);
}

async fn what_comes_back_opens_it_again_and_what_was_resolved_is_another(storage: Storage) {
    let app = app_with_token(storage, AfterAlerts::Mitigated).await;
    let fires = |since: &str| {
        let mut alert = alert("a", "firing");
        alert["startsAt"] = json!(since);
        message("ServiceDown", &[alert])
    };
    let taken = tell(&app, &fires("2023-11-14T22:12:20Z")).await;
    tell(&app, &message("ServiceDown", &[alert("a", "resolved")])).await;
    assert_eq!(read(&app, &taken).await["status"], "mitigated");
    // the same incident: nobody has said that it is over
    let back = tell(&app, &fires("2023-11-14T22:13:00Z")).await;
    assert_eq!(back["incident"], taken["incident"]);
    assert_eq!(read(&app, &taken).await["status"], "open");

    let path = format!("/api/v1/incidents/{}", text(&taken, "incident"));
    app.set_status(&path, "resolved").await;
    // it is only repeated: who resolved it knew of it
    assert_eq!(tell(&app, &fires("2023-11-14T22:13:00Z")).await["opened"], false);
    assert_eq!(read(&app, &taken).await["status"], "resolved");
    let another = tell(&app, &fires("2023-11-14T22:13:10Z")).await;
    assert_eq!(another["opened"], true);
    assert_ne!(another["incident"], taken["incident"]);
    assert_eq!(how_many(&app).await, 2);
}

async fn what_somebody_has_in_hand_keeps_its_status(storage: Storage) {
    let app = app_with_token(storage, AfterAlerts::Resolved).await;
    let taken = tell(&app, &message("ServiceDown", &[alert("a", "firing")])).await;
    let path = format!("/api/v1/incidents/{}", text(&taken, "incident"));
    app.post(&format!("{path}/assign"), &json!({"commander": "api-token"})).await.assert_status(200);
    tell(&app, &message("ServiceDown", &[alert("a", "resolved")])).await;
    assert_eq!(read(&app, &taken).await["status"], "open");
    assert_eq!(messages(&app, &taken).await.last().unwrap(), "Ended: a does not answer");
}

#[tokio::test]
async fn what_ended_before_anybody_heard_of_it_opens_nothing() {
    let app = app_with_token(Storage::sqlite(), AfterAlerts::Mitigated).await;
    let taken = tell(&app, &message("ServiceDown", &[alert("a", "resolved")])).await;
    assert_eq!(taken, json!({"incident": null, "opened": false}));
    assert_eq!(how_many(&app).await, 0);
}

#[tokio::test]
async fn the_token_of_the_alerts_does_nothing_else() {
    let app = app_with_token(Storage::sqlite(), AfterAlerts::Mitigated).await;
    let sender = app.stranger().as_(TOKEN);
    sender.post("/api/v1/incidents", &json!({"title": "x", "sev": 1})).await.refused(401);
    sender.get("/api/v1/audit").await.refused(401);
    let right = message("x", &[alert("1", "firing")]);
    app.stranger().as_("wrong").post("/api/v1/alerts", &right).await.refused(401);
    app.stranger().post("/api/v1/alerts", &right).await.refused(401);
    // without the setting there is no such token, and none that is empty
    let without = spawn_app(Storage::sqlite()).await;
    without.stranger().as_(TOKEN).post("/api/v1/alerts", &right).await.refused(401);
    without.stranger().as_("").post("/api/v1/alerts", &right).await.refused(401);
    assert_eq!((how_many(&app).await, how_many(&without).await), (0, 0));
}

#[tokio::test]
async fn a_message_that_is_wrong_is_told_what_is_wrong() {
    let app = spawn_app(Storage::sqlite()).await;
    let mut old = message("x", &[alert("1", "firing")]);
    old["version"] = json!("3");
    let mut no_labels = alert("1", "firing");
    no_labels["labels"] = json!(["page"]);
    let many: Vec<Value> = (0..101).map(|number| json!({"fingerprint": number.to_string()})).collect();
    for (wrong, field) in [
        (old, "version"),
        (json!({"version": "4", "alerts": [alert("1", "firing")]}), "groupKey"),
        (message("x", &[]), "alerts"),
        (message("x", &many), "alerts"),
        (message(&"x".repeat(1000), &[alert("1", "firing")]), "groupKey"),
        (message("x", &[alert("1", "on fire")]), "alerts[0].status"),
        (message("x", &[alert("", "firing")]), "alerts[0].fingerprint"),
        (message("x", &[alert("1", "firing"), no_labels]), "alerts[1].labels"),
    ] {
        let answer = app.post("/api/v1/alerts", &wrong).await;
        answer.refused(400);
        assert_eq!(answer.json()["details"][0]["field"], field, "{answer}");
    }
    assert_eq!(how_many(&app).await, 0);
}
