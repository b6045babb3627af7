//! What can break.

use insta::assert_snapshot;
use serde_json::json;

use crate::app::{column, shown, spawn_app};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    a_service_is_added_changed_and_taken_out,
    a_service_that_an_open_incident_names_stays,
}

const ALL: &str = "/api/v1/services";

async fn a_service_is_added_changed_and_taken_out(storage: Storage) {
    let app = spawn_app(storage).await;
    let added = app.post(ALL, &json!({"name": "Checkout API", "group": "Shop", "position": 20})).await;
    assert_snapshot!("service_added", shown(&added));
    assert_snapshot!("service_taken", shown(&app.post(ALL, &json!({"name": "checkout-api"})).await));
    app.post(ALL, &json!({"name": "Search", "position": 10})).await.assert_status(201);
    app.post(ALL, &json!({"name": "Réseau", "position": 10})).await.assert_status(201);
    assert_eq!(column(&app.stranger().get(ALL).await.json(), "name"), ["Réseau", "Search", "Checkout API"]);
    assert_eq!(app.get("/api/v1/services/r%C3%A9seau").await.expect(200).json()["id"], "réseau");
    app.clock.advance(60);
    let renamed = app.put("/api/v1/services/checkout-api", &json!({"name": "Payments"})).await;
    assert_snapshot!("service_renamed", shown(&renamed));
    // its id is what incidents and reports know it by
    app.get("/api/v1/services/payments").await.refused(404);
    app.delete("/api/v1/services/checkout-api").await.assert_status(204);
    app.delete("/api/v1/services/checkout-api").await.refused(404);
}

async fn a_service_that_an_open_incident_names_stays(storage: Storage) {
    let app = spawn_app(storage).await;
    app.add_service("Checkout").await;
    let incident = app.open(json!({"title": "Down", "sev": 1, "services": ["CHECKOUT"]})).await;
    let id = incident["id"].as_str().unwrap();
    let said = app.delete("/api/v1/services/checkout").await.refused(409);
    assert_eq!(said, format!("Incidents that go on name this service: resolve {id} first"));
    app.set_status(&format!("/api/v1/incidents/{id}"), "mitigated").await;
    app.delete("/api/v1/services/checkout").await.refused(409);
    app.set_status(&format!("/api/v1/incidents/{id}"), "resolved").await;
    app.delete("/api/v1/services/checkout").await.assert_status(204);
}
