//! `If-Match` and `If-None-Match`: nobody overwrites what they have not seen.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use testbed::answer::Answer;
use testbed::client::{Client, send};

use crate::app::spawn_app;
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    a_version_that_is_not_the_present_one_is_refused,
    of_two_writers_exactly_one_wins,
}

async fn patch_if(client: &Client, incident: &str, tag: &str, summary: &str) -> Answer {
    let request = client.request(Method::PATCH, incident).header("If-Match", tag);
    send(request.json(&json!({"summary": summary}))).await
}

async fn a_version_that_is_not_the_present_one_is_refused(storage: Storage) {
    let app = spawn_app(storage).await;
    let incident = app.open_one().await;
    let first = app.get(&incident).await.header("etag").to_owned();
    let second = patch_if(&app, &incident, &first, "first").await.expect(200).header("etag").to_owned();
    patch_if(&app, &incident, &first, "second").await.refused(412);
    for (path, body) in [("assign", json!({"commander": "api-token"})), ("status", json!({"status": "resolved"}))] {
        let request = app.request(Method::POST, &format!("{incident}/{path}")).header("If-Match", &first);
        send(request.json(&body)).await.refused(412);
    }
    patch_if(&app, &incident, "nonsense", "third").await.refused(400);
    assert_eq!(app.get(&incident).await.json()["summary"], "first");
    // a note is not a change of the incident: who writes one does not get in the way of who works on it
    app.post(&format!("{incident}/timeline"), &json!({"type": "note", "message": "x"})).await.assert_status(201);
    assert_eq!(app.get(&incident).await.header("etag"), second);
    let request = app.request(Method::GET, &incident).header("If-None-Match", &second);
    assert_eq!(send(request).await.status, 304);
    // the list is told apart by what is in it
    let list = app.get("/api/v1/incidents").await.header("etag").to_owned();
    let again = app.request(Method::GET, "/api/v1/incidents").header("If-None-Match", &list);
    assert_eq!(send(again).await.status, 304);
    patch_if(&app, &incident, &second, "last").await.assert_status(200);
    let again = app.request(Method::GET, "/api/v1/incidents").header("If-None-Match", &list);
    assert_eq!(send(again).await.status, 200);
}

async fn of_two_writers_exactly_one_wins(storage: Storage) {
    let app = spawn_app(storage).await;
    let replica = app.replica().await;
    let incident = app.open_one().await;
    let mut tag = app.get(&incident).await.header("etag").to_owned();
    for round in 0..10 {
        let writers: [(&Client, &str); 3] = [(&app, "a"), (&app, "b"), (&replica, "c")];
        let answers = writers.map(|(client, name)| {
            let (incident, tag) = (incident.clone(), tag.clone());
            async move { patch_if(client, &incident, &tag, &format!("{name}-{round}")).await }
        });
        let answers = join_all(answers).await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412], "round {round}");
        answers.iter().find(|answer| answer.status == 200).unwrap().header("etag").clone_into(&mut tag);
    }
}
