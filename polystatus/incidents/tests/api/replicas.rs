//! Several instances on one Redis.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use testbed::client::{Client, send};
use testbed::wait;

use crate::app::{TestApp, spawn_app};
use testbed::storage::Storage;

const FOLLOWED: Duration = Duration::from_secs(5);

async fn agree(a: &TestApp, b: &TestApp, path: &str) {
    wait::until_async("both to show the same", FOLLOWED, async || {
        let (a, b) = tokio::join!(a.get(path), b.get(path));
        (a.body == b.body && a.headers.get("etag") == b.headers.get("etag")).then_some(())
    })
    .await;
}

mod redis {
    use super::*;

    #[tokio::test]
    async fn an_instance_follows_what_another_writes() {
        let a = spawn_app(Storage::redis().await).await;
        let b = a.replica().await;
        let incident = a.open_one().await;
        agree(&a, &b, "/api/v1/incidents").await;
        b.set_status(&incident, "resolved").await;
        b.post(&format!("{incident}/timeline"), &json!({"type": "note", "message": "x"})).await.assert_status(201);
        agree(&a, &b, &incident).await;
        agree(&a, &b, &format!("{incident}/timeline")).await;
        // a write sees every write before it, wherever that was made
        a.post(&format!("{incident}/status"), &json!({"status": "resolved"})).await.refused(409);
    }

    #[tokio::test]
    async fn writers_at_two_instances_do_not_lose_anything() {
        let a = spawn_app(Storage::redis().await).await;
        let b = a.replica().await;
        a.add_service("mail").await;
        let incident = a.open_one().await;
        agree(&a, &b, "/api/v1/services").await;
        let note = async |number: usize| {
            let client: &Client = if number.is_multiple_of(2) { &a } else { &b };
            let entry = json!({"type": "note", "message": number.to_string()});
            client.post(&format!("{incident}/timeline"), &entry).await.assert_status(201);
            client.post("/api/v1/incidents", &json!({"title": number.to_string(), "sev": 1})).await.assert_status(201);
        };
        join_all((0..60).map(note)).await;
        agree(&a, &b, "/api/v1/incidents?limit=500").await;
        agree(&a, &b, &format!("{incident}/timeline?limit=500")).await;
        assert_eq!(a.get("/api/v1/incidents?limit=500").await.json().as_array().unwrap().len(), 61);
        assert_eq!(b.get(&format!("{incident}/timeline?limit=500")).await.json().as_array().unwrap().len(), 61);
    }

    #[tokio::test]
    async fn reports_at_two_instances_are_all_counted() {
        let behind = |settings: &mut polystatus_incidents::settings::Settings| {
            settings.trusted_proxies = "127.0.0.1".parse().unwrap();
        };
        let a = crate::app::spawn_with(Storage::redis().await, behind).await;
        let b = TestApp::start(a.storage.clone(), a.clock.clone(), behind).await;
        a.add_service("mail").await;
        agree(&a, &b, "/api/v1/services").await;
        let report = async |number: usize| {
            let client: &Client = if number.is_multiple_of(2) { &a } else { &b };
            let request = client.stranger().request(Method::POST, "/api/v1/reports");
            let request = request.header("X-Forwarded-For", format!("198.51.100.{number}"));
            send(request.json(&json!({"service": "mail", "symptom": "slow"}))).await.assert_status(201);
        };
        join_all((1..=100).map(report)).await;
        agree(&a, &b, "/api/v1/reports/mail").await;
        assert_eq!(b.get("/api/v1/reports/mail").await.json()["counts"][95], 100);
    }
}
