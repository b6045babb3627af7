//! `If-Match`: nobody overwrites what they have not seen.

use futures_util::future::join_all;
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::answer::Answer;
use testbed::client::send;

use crate::app::{TestApp, server, spawn_app};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    a_version_that_is_not_the_present_one_is_refused,
    of_two_writers_exactly_one_wins,
}

const ONE: &str = "/api/v1/servers/1";

async fn patch_if(app: &TestApp, tag: &str, description: &str) -> Answer {
    let request = app.request(Method::PATCH, ONE).header("If-Match", tag);
    send(request.json(&json!({"description": description}))).await
}

async fn a_version_that_is_not_the_present_one_is_refused(storage: Storage) {
    let app = spawn_app(storage).await;
    assert_eq!(patch_if(&app, "\"1\"", "first").await.header("etag"), "\"2\"");
    assert_snapshot!("stale", patch_if(&app, "\"1\"", "second").await);
    for stale in ["\"1\"", "\"3\"", "W/\"2\"", "\"\"", "\"1\", \"3\""] {
        patch_if(&app, stale, "stale").await.refused(412);
        let put = app.request(Method::PUT, ONE).json(&server("web-prod-01", "10.9.9.9", "down"));
        send(put.header("If-Match", stale)).await.refused(412);
        send(app.request(Method::DELETE, ONE).header("If-Match", stale)).await.refused(412);
    }
    // what is no version at all is a mistake in the request, and not a version that has passed
    patch_if(&app, "2", "stale").await.refused(400);
    assert_eq!(app.get(ONE).await.json()["description"], "first");

    assert_eq!(patch_if(&app, "*", "any").await.header("etag"), "\"3\"");
    assert_eq!(patch_if(&app, "\"9\", \"3\"", "one of them").await.header("etag"), "\"4\"");
    assert_eq!(send(app.request(Method::DELETE, ONE).header("If-Match", "\"4\"")).await.status, 204);
    assert_eq!(patch_if(&app, "*", "gone").await.refused(404), "Server not found");
}

async fn of_two_writers_exactly_one_wins(storage: Storage) {
    let app = spawn_app(storage).await;
    let replica = app.replica().await;
    for round in 1..=10 {
        let tag = format!("\"{round}\"");
        // two through one instance, and one through another on the same database
        let writers = [(&app, "a"), (&app, "b"), (&replica, "c")];
        let answers =
            join_all(writers.map(|(app, name)| patch_if(app, &tag, if round % 2 == 0 { name } else { "same" }))).await;
        // who wants what is there already changes nothing, and is refused all the same: it has not seen it
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412], "round {round}");
        let winner = answers.iter().find(|answer| answer.status == 200).unwrap();
        assert_eq!(winner.header("etag"), format!("\"{}\"", round + 1));
        // read where it was written: the other instance follows a little later
        let readers = join_all([app.get(ONE), replica.get(ONE)]).await;
        assert!(readers.iter().any(|read| read.body == winner.body), "round {round}: {winner}");
    }
}
