//! What was learnt.

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::{shown, spawn_app};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    a_postmortem_is_written_when_it_hurts_no_more,
}

async fn a_postmortem_is_written_when_it_hurts_no_more(storage: Storage) {
    let app = spawn_app(storage).await;
    let incident = app.open_one().await;
    let path = format!("{incident}/postmortem");
    let learnt = json!({
        "what_happened": "A certificate ran out", "root_cause": "Nobody watched its date",
        "action_items": ["Watch it", {"description": "Renew it by itself", "owner": "platform", "done": true}]
    });
    assert_snapshot!("too_early", shown(&app.post(&path, &learnt).await));
    app.set_status(&incident, "mitigated").await;
    let written = app.post(&path, &learnt).await;
    assert_snapshot!("learnt", shown(&written));
    assert_eq!(app.stranger().get(&path).await.body, written.body);

    app.clock.advance(60);
    let again = json!({"what_happened": "Two certificates ran out", "root_cause": "Nobody watched their dates"});
    let write_if = async |tag: &str| send(app.request(Method::POST, &path).header("If-Match", tag).json(&again)).await;
    let second = write_if(written.header("etag")).await;
    assert_snapshot!("learnt_better", shown(&second));
    write_if(written.header("etag")).await.refused(412);
    let timeline = app.get(&format!("{incident}/timeline")).await.json();
    assert_eq!(timeline.as_array().unwrap().last().unwrap()["message"], "Postmortem changed");

    // nothing matches what is not there
    let other = app.open_one().await;
    app.set_status(&other, "resolved").await;
    let request = app.request(Method::POST, &format!("{other}/postmortem")).header("If-Match", "*");
    send(request.json(&again)).await.refused(412);
}
