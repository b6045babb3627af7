//! Flags that have done their work.

use serde_json::{Value, json};
use testbed::on_both_storages;
use testbed::storage::Storage;

use crate::app::{TestApp, spawn_app};

on_both_storages! {
    flags_that_nobody_asks_for_are_told,
}

const DAY: i64 = 86_400;

async fn reasons(app: &TestApp, days: u32) -> Value {
    let stale = app.get(&format!("/admin/stale?days={days}")).await.expect(200).json();
    let of = |flag: &Value| (flag["id"].as_str().unwrap().to_owned(), flag["reasons"].clone());
    Value::Object(stale.as_array().unwrap().iter().map(of).collect())
}

async fn flags_that_nobody_asks_for_are_told(storage: Storage) {
    let app = spawn_app(storage).await;
    let rules = json!([{"if": {"attr": "role", "op": "eq", "value": "beta"}, "variation": "on"}]);
    app.put_flag(json!({"id": "asked", "rules": rules, "fallthrough": {"variation": "off"}})).await;
    app.put_flag(json!({"id": "bulk", "rules": rules, "fallthrough": {"variation": "off"}})).await;
    app.put_flag(json!({"id": "done", "rules": rules, "fallthrough": {"variation": "on"}})).await;
    app.put_flag(json!({"id": "off", "on": false})).await;
    assert_eq!(reasons(&app, 30).await, json!({}), "all are new");
    app.clock.advance(31 * DAY);
    for key in ["asked", "done", "off"] {
        app.evaluate(key, json!({})).await.assert_status(200);
    }
    let unused = json!({"bulk": ["unused"], "done": ["rolled-out"], "off": ["off"]});
    assert_eq!(reasons(&app, 30).await, unused);
    assert_eq!(reasons(&app, 32).await, json!({}));
    app.bulk(json!({}), &[]).await.assert_status(200);
    let in_bulk = json!({"bulk": ["only-in-bulk"], "done": ["rolled-out"], "off": ["off"]});
    assert_eq!(reasons(&app, 30).await, in_bulk);

    // it is kept: a restart does not make flags look forgotten
    let (storage, clock) = (app.storage.clone(), app.clock.clone());
    drop(app);
    let app = TestApp::start(storage, clock, |_| {}).await;
    assert_eq!(reasons(&app, 30).await, in_bulk);
    app.get("/admin/stale?days=0").await.refused(400);
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let app = spawn_app(Storage::sqlite()).await;
    for number in 0..5 {
        app.simple(&format!("flag-{number}")).await;
    }
    app.clock.advance(31 * DAY);
    let (mut seen, mut next) = (Vec::new(), Some("/admin/stale?days=30&limit=2".to_owned()));
    while let Some(path) = next {
        let page = app.get(&path).await.expect(200);
        seen.extend(crate::app::column(&page.json(), "id"));
        next = page.next();
    }
    assert_eq!(seen, ["flag-0", "flag-1", "flag-2", "flag-3", "flag-4"]);
}
