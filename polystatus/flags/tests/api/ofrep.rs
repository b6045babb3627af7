//! The OpenFeature Remote Evaluation Protocol, with the traps that its clients know.

use std::fmt::Write as _;

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::client::send;
use testbed::on_both_storages;
use testbed::storage::Storage;

use crate::app::{OFREP, TestApp, column, spawn_app};

on_both_storages! {
    a_bulk_answer_has_a_tag_of_its_context,
}

/// A flag of each sort.
async fn with_flags(storage: Storage) -> TestApp {
    let app = spawn_app(storage).await;
    app.import(&json!({
        "flags": {
            "a-static": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
            "b-disabled": {"state": "DISABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
            "c-targeted": {
                "state": "ENABLED", "variants": {"yes": 1.0, "no": 0.5}, "defaultVariant": "no",
                "targeting": {"if": [{"==": [{"var": "role"}, "beta"]}, "yes", null]},
                "metadata": {"flagSetId": "mobile", "owner": "shop"}
            },
            "d-wrong": {
                "state": "ENABLED", "variants": {"yes": 1}, "defaultVariant": "yes", "targeting": {"cat": ["no", "where"]}
            },
            "e-no-default": {"state": "ENABLED", "variants": {"yes": {"a": [1]}}, "targeting": {"var": "wanted"}}
        },
        "metadata": {"version": "v12"}
    }))
    .await;
    app
}

#[tokio::test]
async fn each_sort_of_flag_has_its_answer() {
    let app = with_flags(Storage::sqlite()).await;
    let mut said = String::new();
    for (key, context) in [
        ("a-static", json!({})),
        ("b-disabled", json!({})),
        ("c-targeted", json!({"role": "beta"})),
        ("c-targeted", json!({"role": "viewer"})),
        ("d-wrong", json!({})),
        ("e-no-default", json!({})),
        ("e-no-default", json!({"wanted": "yes"})),
        ("e-no-default", json!({"wanted": true})),
        ("missing", json!({})),
    ] {
        let answer = app.evaluate(key, context.clone()).await;
        writeln!(said, "{key} {context}\n{} {}\n", answer.status, answer.body).unwrap();
    }
    assert_snapshot!(said);
}

#[tokio::test]
async fn no_body_and_no_context_are_as_good_as_an_empty_one() {
    let app = with_flags(Storage::sqlite()).await;
    for body in ["", " ", "{}", "{\"context\": null}", "{\"context\": {}}"] {
        for path in ["", "/a-static"] {
            let request = app.stranger().request(Method::POST, &format!("{OFREP}{path}")).body(body);
            send(request).await.assert_status(200);
        }
    }
}

async fn a_bulk_answer_has_a_tag_of_its_context(storage: Storage) {
    let app = with_flags(storage).await;
    let beta = json!({"targetingKey": "nadia", "role": "beta"});
    let viewer = json!({"targetingKey": "nadia", "role": "viewer"});
    let first = app.bulk(beta.clone(), &[]).await.expect(200);
    assert_snapshot!("bulk", first.body);
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"'), "strong, not weak: {tag}");
    let status = async |context: &Value, tag: &str| app.bulk(context.clone(), &[("If-None-Match", tag)]).await;
    let unchanged = status(&beta, &tag).await;
    assert_eq!((unchanged.status, unchanged.body.as_str(), unchanged.header("etag")), (304, "", tag.as_str()));
    // the same person with another role: a tag of the flags alone would say 304
    assert_eq!(status(&viewer, &tag).await.status, 200);
    // what is written and changes no flag changes no tag
    app.post("/admin/requests", &json!({"change": {"action": "delete", "id": "a-static"}})).await.assert_status(201);
    assert_eq!(status(&beta, &tag).await.status, 304);
    app.post("/admin/toggle/a-static", &json!({"on": false})).await.assert_status(200);
    let changed = status(&beta, &tag).await.expect(200);
    assert_ne!(changed.header("etag"), tag);
    // back as it was, it is the same answer again
    app.post("/admin/toggle/a-static", &json!({"on": true})).await.assert_status(200);
    assert_eq!(status(&beta, &tag).await.status, 304);
    // another instance, and this one after a restart, say the same
    let replica = app.replica().await;
    assert_eq!(replica.bulk(beta, &[("If-None-Match", &tag)]).await.status, 304);
}

#[tokio::test]
async fn a_client_that_was_told_of_another_version_is_never_told_that_nothing_changed() {
    let app = with_flags(Storage::sqlite()).await;
    let tag = app.bulk(json!({}), &[]).await.header("etag").to_owned();
    let with = async |query: &str| {
        let request = app.stranger().request(Method::POST, &format!("{OFREP}?{query}")).json(&json!({}));
        send(request.header("If-None-Match", &tag)).await.status
    };
    assert_eq!(with("").await, 304);
    assert_eq!(with("flagConfigEtag=%22another%22&flagConfigLastModified=1700000000").await, 200);
}

#[tokio::test]
async fn a_selector_chooses_a_set() {
    let app = with_flags(Storage::sqlite()).await;
    let keys = async |selector: &str| {
        let answer = app.bulk(json!({}), &[("Flagd-Selector", selector)]).await.expect(200);
        column(&answer.json()["flags"], "key")
    };
    assert_eq!(keys("flagSetId=mobile").await, ["c-targeted"]);
    assert_eq!(keys("flagSetId=none").await, Vec::<Value>::new());
    let (all, mobile) =
        (app.bulk(json!({}), &[]).await, app.bulk(json!({}), &[("Flagd-Selector", "flagSetId=mobile")]).await);
    assert_ne!(all.header("etag"), mobile.header("etag"));
}

#[tokio::test]
async fn a_rule_may_look_at_the_time() {
    let app = spawn_app(Storage::sqlite()).await;
    let later = testbed::service::START + 60;
    app.put_flag(
        json!({"id": "sale", "targeting": {"if": [{">=": [{"var": "$flagd.timestamp"}, later]}, "on", "off"]}}),
    )
    .await;
    let tag = app.bulk(json!({}), &[]).await.header("etag").to_owned();
    assert_eq!(app.variation("sale", "x").await, "off");
    app.clock.advance(60);
    assert_eq!(app.variation("sale", "x").await, "on");
    // nobody has changed a flag, and the answer is another all the same
    assert_eq!(app.bulk(json!({}), &[("If-None-Match", &tag)]).await.status, 200);
}
