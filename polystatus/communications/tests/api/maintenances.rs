//! Planned work, from its announcement to its end.

use serde_json::{Value, json};
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

#[tokio::test]
async fn a_list_has_pages_also_of_what_stands_somewhere() {
    let app = spawn_app(Storage::sqlite()).await;
    for number in 0..7 {
        app.clock.advance(1);
        let from = if number % 3 == 0 { START - 1000 } else { START + 5000 };
        let plan = json!({"title": number.to_string(), "from": from, "until": START + 9000});
        app.post("/api/v1/maintenances", &plan).await.assert_status(201);
    }
    let running = |all: &Value| all.as_array().unwrap().len() == 3;
    app.until("/api/v1/maintenances?status=in_progress", running).await;
    for (query, expected) in [
        ("limit=3", &["6", "5", "4", "3", "2", "1", "0"][..]),
        ("limit=2&status=scheduled", &["5", "4", "2", "1"]),
        ("limit=2&status=in_progress", &["6", "3", "0"]),
        ("limit=2&status=verifying", &[]),
    ] {
        let (mut seen, mut next) = (Vec::new(), Some(format!("/api/v1/maintenances?{query}")));
        while let Some(path) = next {
            let page = app.get(&path).await.expect(200);
            seen.extend(page.json().as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap().to_owned()));
            next = page.next();
        }
        assert_eq!(seen, expected, "{query}");
    }
}
