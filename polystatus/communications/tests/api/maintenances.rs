//! Planned work, from its announcement to its end.

use serde_json::json;
use testbed::on_both_storages;
use testbed::service::START;
use testbed::storage::Storage;

use crate::app::spawn_app;

on_both_storages! {
    work_begins_and_ends_by_the_clock,
}

async fn work_begins_and_ends_by_the_clock(storage: Storage) {
    let app = spawn_app(storage).await;
    app.others.service("checkout", "Checkout", None, 1).await;
    let plan = json!({
        "title": "New disks", "message": "The database moves", "services": ["Checkout"], "from": START + 100, "until": START + 200
    });
    let work = app.post("/api/v1/maintenances", &plan).await.expect(201);
    let path = work.header("location").to_owned();
    assert_eq!(work.json()["status"], "scheduled");
    let upcoming = app.get("/api/v2/scheduled-maintenances/upcoming.json").await.json();
    assert_eq!(upcoming["scheduled_maintenances"][0]["incident_updates"][0]["body"], "The database moves");
    assert_eq!(upcoming["scheduled_maintenances"][0]["scheduled_for"], "2023-11-14T22:15:00.000Z");
    app.clock.advance(100);
    app.until(&path, |work| work["status"] == "in_progress").await;
    let page = app.until("/api/v2/summary.json", |page| page["components"][0]["status"] == "under_maintenance").await;
    assert_eq!(page["status"], json!({"indicator": "maintenance", "description": "Service Under Maintenance"}));
    assert_eq!(app.get("/api/v2/scheduled-maintenances/active.json").await.list("scheduled_maintenances").len(), 1);
    app.put(&path, &json!({"status": "verifying", "message": "We look at it"})).await.assert_status(200);
    app.put(&path, &json!({"status": "scheduled"})).await.refused(409);
    app.clock.advance(100);
    let over = app.until(&path, |work| work["status"] == "completed").await;
    assert_eq!(over["completed_at"], START + 200);
    let said: Vec<_> = over["updates"].as_array().unwrap().iter().map(|update| update["status"].clone()).collect();
    assert_eq!(said, ["scheduled", "in_progress", "verifying", "completed"]);
    assert_eq!(
        app.put(&path, &json!({"status": "in_progress"})).await.refused(409),
        "Work that is completed cannot become in_progress; it is over"
    );
    assert_eq!(app.get("/api/v2/status.json").await.json()["status"]["indicator"], "none");
    assert_eq!(app.get("/api/v1/maintenances?status=completed").await.json().as_array().unwrap().len(), 1);
}
