//! Lists in pages.

use chassis::auth::Role;
use serde_json::{Value, json};
use testbed::client::Client;

use crate::app::{column, spawn_app};
use testbed::storage::Storage;

/// What a field says on all pages, each page not longer than asked.
async fn all(client: &Client, path: &str, limit: usize, field: &str) -> Vec<Value> {
    let (mut found, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next {
        let page = client.get(&path).await.expect(200);
        let on_page = column(&page.json(), field);
        assert!(!on_page.is_empty() && on_page.len() <= limit, "{path}: {page}");
        found.extend(on_page);
        next = page.next();
    }
    found
}

#[tokio::test]
async fn the_pages_of_a_list_are_the_list() {
    let app = spawn_app(Storage::sqlite()).await;
    let nadia = app.user("USR-nadia", Role::Responder);
    for number in 0..25 {
        let incident =
            app.open(json!({"title": number.to_string(), "sev": 1 + number % 4, "services": ["mail"]})).await;
        let incident = format!("/api/v1/incidents/{}", incident["id"].as_str().unwrap());
        nadia.put(&format!("{incident}/followers/me"), &json!({})).await.assert_status(204);
        app.add_service(&format!("Service {number:02}")).await;
        app.clock.advance(1);
    }
    let newest_first: Vec<String> = (0..25).rev().map(|number: u32| number.to_string()).collect();
    for limit in [1, 7, 24, 25, 100] {
        let pages =
            async |query: &str| all(&app, &format!("/api/v1/incidents?{query}limit={limit}"), limit, "title").await;
        assert_eq!(pages("").await, newest_first, "{limit}");
        assert_eq!(pages("service=mail&").await, newest_first, "{limit}");
        assert_eq!(pages("status=open&").await, newest_first, "{limit}");
        assert_eq!(pages("sev=2&").await, ["21", "17", "13", "9", "5", "1"], "{limit}");
        let followed = all(&nadia, &format!("/api/v1/users/USR-nadia/incidents?limit={limit}"), limit, "title").await;
        assert_eq!(followed, newest_first, "{limit}");
        let services = all(&app, &format!("/api/v1/services?limit={limit}"), limit, "id").await;
        assert_eq!(services.len(), 25, "{limit}");
        assert!(services.is_sorted_by_key(ToString::to_string), "{limit}: {services:?}");
        // 25 incidents were opened, and as many services added
        assert_eq!(all(&app, &format!("/api/v1/audit?limit={limit}"), limit, "action").await.len(), 50, "{limit}");
    }
}

#[tokio::test]
async fn a_page_does_not_shift_under_its_reader() {
    let app = spawn_app(Storage::sqlite()).await;
    for number in 0..4 {
        app.open(json!({"title": number.to_string(), "sev": 1})).await;
        app.clock.advance(1);
    }
    let first = app.get("/api/v1/incidents?limit=2").await;
    app.open(json!({"title": "newer", "sev": 1})).await;
    let second = app.get(&first.next().unwrap()).await;
    assert_eq!(column(&first.json(), "title"), ["3", "2"]);
    assert_eq!(column(&second.json(), "title"), ["1", "0"]);
}

#[tokio::test]
async fn the_timeline_comes_in_pages_too() {
    let app = spawn_app(Storage::sqlite()).await;
    let incident = app.open_one().await;
    // of another incident: its entries lie beside these
    let other = app.open_one().await;
    for number in 0..5 {
        for incident in [&incident, &other] {
            let entry = json!({"type": "note", "message": number.to_string()});
            app.post(&format!("{incident}/timeline"), &entry).await.assert_status(201);
        }
    }
    let messages = all(&app, &format!("{incident}/timeline?limit=2"), 2, "message").await;
    assert_eq!(messages, ["Opened", "0", "1", "2", "3", "4"]);
}
