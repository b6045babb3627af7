//! Lists, a page at a time.

use serde_json::json;
use testbed::storage::Storage;

use crate::app::{column, spawn_app};

#[tokio::test]
async fn pages_hold_every_item_once() {
    let app = spawn_app(Storage::sqlite()).await;
    for number in 0..7 {
        app.simple(&format!("flag-{number}")).await;
        app.post("/admin/segments", &json!({"id": format!("segment-{number}")})).await.assert_status(201);
        let plan = json!({"at": 4_000_000_000_i64, "change": {"action": "delete", "id": "flag-0"}});
        app.post("/admin/schedules", &plan).await.assert_status(201);
        app.post("/admin/requests", &json!({"change": {"action": "delete", "id": "flag-0"}})).await.assert_status(201);
        app.post("/admin/toggle/flag-0", &json!({"on": number % 2 == 1})).await.assert_status(200);
    }
    for (path, count) in [
        ("/admin/flags", 7),
        ("/admin/segments", 7),
        ("/admin/schedules", 7),
        ("/admin/requests", 7),
        ("/admin/flags/flag-0/history", 8),
    ] {
        let (mut seen, mut next) = (Vec::new(), Some(format!("{path}?limit=3")));
        while let Some(path) = next {
            let page = app.get(&path).await.expect(200);
            seen.extend(page.json().as_array().unwrap().iter().map(ToString::to_string));
            next = page.next();
        }
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!((seen.len(), once.len()), (count, count), "{path}");
    }
    let keys = column(&app.get("/admin/flags").await.json(), "id");
    assert!(keys.is_sorted_by(|one, other| one.as_str() < other.as_str()), "{keys:?}");
    app.get("/admin/flags?limit=0").await.refused(400);
    app.get("/admin/flags?cursor=x").await.refused(400);
}
