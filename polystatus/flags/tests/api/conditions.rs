//! `If-Match`: nobody overwrites what they have not seen.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use testbed::answer::Answer;
use testbed::client::{Client, send};
use testbed::on_both_storages;
use testbed::storage::Storage;

use crate::app::spawn_app;

on_both_storages! {
    of_two_writers_exactly_one_wins,
}

async fn put_if(client: &Client, tag: &str, description: &str) -> Answer {
    let request = client.request(Method::POST, "/admin/flags").header("If-Match", tag);
    send(request.json(&json!({"id": "a", "description": description}))).await
}

async fn of_two_writers_exactly_one_wins(storage: Storage) {
    let app = spawn_app(storage).await;
    let replica = app.replica().await;
    put_if(&app, "*", "there is none to match").await.refused(412);
    app.simple("a").await;
    let mut tag = app.get("/admin/flags/a").await.header("etag").to_owned();
    for round in 0..5 {
        let writers: [(&Client, &str); 3] = [(&app, "a"), (&app, "b"), (&replica, "c")];
        let answers = writers.map(|(client, name)| {
            let tag = tag.clone();
            async move { put_if(client, &tag, &format!("{name}-{round}")).await }
        });
        let answers = join_all(answers).await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412], "round {round}");
        answers.iter().find(|answer| answer.status == 200).unwrap().header("etag").clone_into(&mut tag);
    }
    put_if(&app, "nonsense", "x").await.refused(400);
    let request = app.request(Method::GET, "/admin/flags/a").header("If-None-Match", &tag);
    assert_eq!(send(request).await.status, 304);
    for (method, path, body) in [
        (Method::POST, "/admin/toggle/a", json!({"on": false})),
        (Method::POST, "/admin/flags/a/rollback", json!({"version": 1})),
        (Method::DELETE, "/admin/flags/a", json!({})),
    ] {
        send(app.request(method, path).header("If-Match", "\"0\"").json(&body)).await.refused(412);
    }
}
