//! The Statuspage API, field for field.

use std::collections::BTreeSet;

use insta::assert_json_snapshot;
use serde_json::{Value, json};
use testbed::service::START;
use testbed::storage::Storage;

use crate::app::spawn_app;

const PAGE: [&str; 5] = ["id", "name", "url", "time_zone", "updated_at"];
const COMPONENT: [&str; 13] = [
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "position",
    "description",
    "showcase",
    "start_date",
    "group_id",
    "page_id",
    "group",
    "only_show_if_degraded",
];
const INCIDENT: [&str; 14] = [
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "monitoring_at",
    "resolved_at",
    "impact",
    "shortlink",
    "started_at",
    "page_id",
    "incident_updates",
    "components",
    "reminder_intervals",
];
const UPDATE: [&str; 11] = [
    "id",
    "status",
    "body",
    "incident_id",
    "created_at",
    "updated_at",
    "display_at",
    "affected_components",
    "deliver_notifications",
    "custom_tweet",
    "tweet_id",
];
const MAINTENANCE: [&str; 15] = [
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "monitoring_at",
    "resolved_at",
    "impact",
    "shortlink",
    "started_at",
    "page_id",
    "incident_updates",
    "components",
    "scheduled_for",
    "scheduled_until",
];

/// That an object has exactly the fields that Statuspage's have.
#[track_caller]
fn has(object: &Value, fields: &[&str]) {
    let keys: BTreeSet<&str> =
        object.as_object().unwrap_or_else(|| panic!("{object}")).keys().map(String::as_str).collect();
    assert_eq!(keys, fields.iter().copied().collect(), "{object}");
    for (field, value) in object.as_object().unwrap() {
        let is_time = field.ends_with("_at") || matches!(field.as_str(), "scheduled_for" | "scheduled_until");
        if let (true, Some(time)) = (is_time, value.as_str()) {
            assert!(time.len() == 24 && time.ends_with('Z') && &time[19..20] == ".", "{field}: {time}");
        }
    }
}

#[tokio::test]
async fn every_page_has_what_statuspage_answers() {
    let app = spawn_app(Storage::sqlite()).await;
    app.others.service("checkout", "Checkout", Some("Shop"), 1).await;
    app.others.service("search", "Search", Some("Shop"), 2).await;
    app.others.service("mail", "Mail", None, 3).await;
    app.others.incident("INC-1", 1, "open", &["Checkout"], START).await;
    app.until("/api/v2/summary.json", |page| page["components"][1]["status"] == "major_outage").await;
    app.announce("INC-1", "investigating", "We look at it").await;
    app.clock.advance(60);
    app.announce("INC-1", "identified", "It is the database").await;
    let plan = json!({"title": "New disks", "services": ["Mail"], "from": START + 100, "until": START + 200});
    app.post("/api/v1/maintenances", &plan).await.assert_status(201);

    let summary = app.stranger().get("/api/v2/summary.json").await.expect(200).json();
    has(&summary, &["page", "components", "incidents", "scheduled_maintenances", "status"]);
    has(&summary["page"], &PAGE);
    let incident = &summary["incidents"][0];
    has(incident, &INCIDENT);
    has(&incident["incident_updates"][0], &UPDATE);
    assert_eq!(incident["incident_updates"][0]["status"], "identified", "the newest comes first");
    has(&incident["incident_updates"][1]["affected_components"][0], &["code", "name", "old_status", "new_status"]);
    has(&incident["components"][0], &COMPONENT);
    let [group, checkout] = [&summary["components"][0], &summary["components"][1]];
    has(group, &[&COMPONENT[..], &["components"]].concat());
    has(checkout, &COMPONENT);
    assert_eq!((&group["group"], &group["status"]), (&json!(true), &json!("major_outage")));
    assert_eq!((&checkout["group_id"], &group["components"][0]), (&group["id"], &checkout["id"]));
    assert_eq!(incident["incident_updates"][1]["affected_components"][0]["name"], "Shop - Checkout");
    has(&summary["scheduled_maintenances"][0], &MAINTENANCE);
    has(&summary["scheduled_maintenances"][0]["incident_updates"][0], &UPDATE);
    for (path, fields) in [
        ("status.json", &["page", "status"][..]),
        ("components.json", &["page", "components"]),
        ("incidents.json", &["page", "incidents"]),
        ("incidents/unresolved.json", &["page", "incidents"]),
        ("scheduled-maintenances.json", &["page", "scheduled_maintenances"]),
        ("scheduled-maintenances/upcoming.json", &["page", "scheduled_maintenances"]),
        ("scheduled-maintenances/active.json", &["page", "scheduled_maintenances"]),
    ] {
        let answer = app.get(&format!("/api/v2/{path}")).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        has(&answer.json(), fields);
        has(&answer.json()["page"], &PAGE);
        let kept = answer.header("etag").to_owned();
        let again = app.request(reqwest::Method::GET, &format!("/api/v2/{path}")).header("If-None-Match", kept);
        assert_eq!(testbed::client::send(again).await.status, 304, "{path}");
    }
    // the ids of updates, and of what they tell, are new in each run
    assert_json_snapshot!("summary", summary, {
        ".incidents[].incident_updates[].id" => "(id)",
        ".scheduled_maintenances[].id" => "(id)",
        ".scheduled_maintenances[].incident_updates[].id" => "(id)",
        ".scheduled_maintenances[].incident_updates[].incident_id" => "(id)",
    });
}

#[tokio::test]
async fn incidents_are_the_latest_fifty_and_unresolved_ones_are_all() {
    let app = spawn_app(Storage::sqlite()).await;
    for number in 0..55 {
        app.clock.advance(1);
        app.announce(&format!("INC-{number}"), "investigating", "x").await;
    }
    assert_eq!(app.get("/api/v2/incidents.json").await.list("incidents").len(), 50);
    assert_eq!(app.get("/api/v2/incidents/unresolved.json").await.list("incidents").len(), 55);
}

#[tokio::test]
async fn planned_work_that_comes_next_is_never_cut_off() {
    let app = spawn_app(Storage::sqlite()).await;
    let plan = async |title: &str, from: i64| {
        let plan = json!({"title": title, "from": from, "until": START + 100_000});
        app.post("/api/v1/maintenances", &plan).await.assert_status(201);
    };
    for number in 0..55 {
        // not in their order
        let place = number * 31 % 55;
        plan(&format!("work {place}"), START + 1000 + place).await;
    }
    plan("running", START - 10).await;
    plan("running longer", START - 20).await;
    let titles = async |page: &str| {
        let works = app.get(&format!("/api/v2/{page}")).await.list("scheduled_maintenances");
        works.iter().map(|work| work["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let active = "scheduled-maintenances/active.json";
    app.until(&format!("/api/v2/{active}"), |page| page["scheduled_maintenances"].as_array().unwrap().len() == 2).await;
    let next_first: Vec<String> = (0..55).map(|place| format!("work {place}")).collect();
    assert_eq!(titles("scheduled-maintenances/upcoming.json").await, next_first);
    assert_eq!(titles(active).await, ["running", "running longer"]);
    assert_eq!(titles("summary.json").await, [next_first.clone(), titles(active).await].concat());
    // the full list is the latest fifty, as Statuspage's
    let latest: Vec<String> = next_first.into_iter().rev().take(50).collect();
    assert_eq!(titles("scheduled-maintenances.json").await, latest);
}

#[tokio::test]
async fn what_people_say_of_planned_work_names_what_it_affects_and_what_is_said_by_itself_does_not() {
    let app = spawn_app(Storage::sqlite()).await;
    app.others.service("mail", "Mail", Some("Office"), 1).await;
    app.until("/api/v2/components.json", |page| page["components"].as_array().unwrap().len() == 2).await;
    let plan = json!({"title": "New disks", "services": ["Mail"], "from": START + 100, "until": START + 200});
    let path = app.post("/api/v1/maintenances", &plan).await.expect(201).header("location").to_owned();
    app.clock.advance(100);
    app.until(&path, |work| work["status"] == "in_progress").await;
    app.put(&path, &json!({"message": "Half of it is done"})).await.assert_status(200);
    app.put(&path, &json!({"status": "completed", "message": "Done early"})).await.assert_status(200);
    let works = app.get("/api/v2/scheduled-maintenances.json").await.list("scheduled_maintenances");
    let code = &works[0]["components"][0]["id"];
    let affected =
        |old: &str, new: &str| json!([{"code": code, "name": "Office - Mail", "old_status": old, "new_status": new}]);
    let told: Vec<_> = works[0]["incident_updates"].as_array().unwrap().iter().rev().collect();
    let told: Vec<_> = told.iter().map(|update| update["affected_components"].clone()).collect();
    assert_eq!(
        told,
        [
            affected("operational", "operational"),
            Value::Null,
            affected("under_maintenance", "under_maintenance"),
            affected("under_maintenance", "operational"),
        ]
    );
}

#[tokio::test]
async fn a_badge_says_how_a_service_is() {
    let app = spawn_app(Storage::sqlite()).await;
    app.others.service("checkout", "Checkout", None, 1).await;
    app.others.incident("INC-1", 2, "open", &["checkout"], START).await;
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "partial_outage").await;
    let badge = app.stranger().get("/badge/checkout.svg").await.expect(200);
    assert_eq!(badge.header("content-type"), "image/svg+xml");
    assert!(badge.body.contains("Checkout: partial outage"), "{badge}");
    // it is kept, and no longer than until something changes
    app.others.incident("INC-1", 2, "resolved", &["checkout"], START + 1).await;
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "operational").await;
    assert!(app.get("/badge/checkout.svg").await.body.contains("Checkout: operational"));
    assert_eq!(app.get("/badge/nothing.svg").await.refused(404), "Service not found");
}
