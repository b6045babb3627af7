//! What people say of an incident.

use chassis::auth::Role;
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::{column, shown, spawn_app, text};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    who_wrote_an_entry_mends_it_and_takes_it_back,
    what_the_service_wrote_stays,
}

async fn who_wrote_an_entry_mends_it_and_takes_it_back(storage: Storage) {
    let app = spawn_app(storage).await;
    let incident = app.open_one().await;
    let (nadia, boris) = (app.user("USR-nadia", Role::Responder), app.user("USR-boris", Role::Responder));
    let said =
        nadia.post(&format!("{incident}/timeline"), &json!({"type": "update", "message": "We looked into it"})).await;
    assert_snapshot!("said", shown(&said));
    let entry = format!("{incident}/timeline/{}", text(&said.json(), "id"));
    let better = json!({"type": "update", "message": "We look into it"});
    boris.put(&entry, &better).await.refused(403);
    boris.delete(&entry).await.refused(403);
    app.clock.advance(60);
    let mended = nadia.put(&entry, &better).await;
    assert_snapshot!("mended", shown(&mended));
    // who has not seen that does not take it back
    let stale = nadia.request(Method::DELETE, &entry).header("If-Match", said.header("etag"));
    send(stale).await.refused(412);
    assert_eq!(nadia.delete(&entry).await.status, 204);
    nadia.delete(&entry).await.refused(404);
    assert_eq!(column(&app.get(&format!("{incident}/timeline")).await.json(), "type"), ["system"]);
    // a manager may mend what others wrote
    let said = nadia.post(&format!("{incident}/timeline"), &better).await.json();
    let entry = format!("{incident}/timeline/{}", text(&said, "id"));
    app.user("USR-mina", Role::Manager).put(&entry, &better).await.assert_status(200);
}

async fn what_the_service_wrote_stays(storage: Storage) {
    let app = spawn_app(storage).await;
    let incident = app.open_one().await;
    let opened = text(&app.get(&format!("{incident}/timeline")).await.json()[0], "id");
    let entry = format!("{incident}/timeline/{opened}");
    app.put(&entry, &json!({"type": "note", "message": "never"})).await.refused(409);
    app.delete(&entry).await.refused(409);
    assert_eq!(app.get(&format!("{incident}/timeline")).await.json()[0]["message"], "Opened");
}
