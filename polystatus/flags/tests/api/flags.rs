//! The course's contract: what is sent and what is answered.

use insta::assert_snapshot;
use serde_json::json;
use testbed::on_both_storages;
use testbed::storage::Storage;

use crate::app::{column, shown, spawn_app};

on_both_storages! {
    a_flag_is_made_replaced_switched_and_deleted,
}

async fn a_flag_is_made_replaced_switched_and_deleted(storage: Storage) {
    let app = spawn_app(storage).await;
    let flag = json!({
        "id": "new-checkout", "on": true, "kind": "boolean", "variations": {"on": true, "off": false},
        "fallthrough": {"variation": "off"},
        "rules": [{"if": {"attr": "role", "op": "==", "value": "beta"}, "variation": "on"}],
        "targets": {"users": {"nadia": "on"}}
    });
    assert_snapshot!("created", shown(&app.post("/admin/flags", &flag).await));
    let asked = async |query: &str| app.stranger().get(&format!("/flags?{query}")).await.expect(200);
    assert_snapshot!("evaluated", asked("user=nadia&role=viewer").await);
    for (query, variation) in [
        ("user=boris&role=beta", "on"),
        ("user=boris&role=viewer", "off"),
        ("user=boris", "off"),
        ("role=beta", "on"),
        ("user=nadia", "on"),
    ] {
        let expected = json!({"new-checkout": {"variation": variation, "off": false}});
        assert_eq!(asked(query).await.json(), expected, "{query}");
    }
    // as it was sent, it is read again
    let kept = app.get("/admin/flags").await.expect(200).json()[0].clone();
    for (field, value) in flag.as_object().unwrap() {
        assert_eq!(kept[field], *value, "{field}");
    }
    let again = app.post("/admin/flags", &json!({"id": "new-checkout", "fallthrough": {"variation": "on"}})).await;
    assert_snapshot!("replaced", shown(&again));
    assert_eq!(asked("").await.json()["new-checkout"]["variation"], "on");
    assert_snapshot!("toggled", shown(&app.post("/admin/toggle/new-checkout", &json!({"on": false})).await));
    assert_eq!(asked("user=nadia").await.json(), json!({"new-checkout": {"variation": "off", "off": true}}));
    assert_snapshot!("unknown", app.post("/admin/toggle/nothing", &json!({"on": false})).await);
    app.delete("/admin/flags/new-checkout").await.assert_status(204);
    app.delete("/admin/flags/new-checkout").await.refused(404);
    assert_eq!(asked("user=nadia").await.body, "{}");
    let history = app.get("/admin/flags/new-checkout/history").await.expect(200).json();
    assert_eq!(column(&history, "action"), ["deleted", "toggled", "updated", "created"]);
    assert_eq!(column(&history, "version"), [4, 3, 2, 1]);
}

#[tokio::test]
async fn a_flag_may_have_several_variations() {
    let app = spawn_app(Storage::sqlite()).await;
    app.put_flag(json!({
        "id": "colour", "kind": "multivar", "variations": ["red", "green", "blue"], "fallthrough": {"variation": "red"},
        "rules": [
            {"if": {"attr": "country", "op": "in", "value": ["fr", "be"]}, "variation": "blue"},
            {"if": {"all": [{"attr": "age", "op": ">=", "value": 18}, {"not": {"attr": "role", "op": "eq", "value": "bot"}}]},
             "variation": "green"}
        ]
    }))
    .await;
    for (query, variation) in [
        ("country=fr&age=30", "blue"),
        ("country=de&age=30", "green"),
        ("country=de&age=30&role=bot", "red"),
        ("country=de&age=9", "red"),
        ("", "red"),
    ] {
        let answer = app.get(&format!("/flags?{query}")).await.json();
        assert_eq!(answer["colour"]["variation"], variation, "{query}");
    }
    // off, and nobody has said what that means: the program's code knows
    app.post("/admin/toggle/colour", &json!({"on": false})).await.assert_status(200);
    assert_eq!(app.get("/flags").await.json()["colour"], json!({"variation": null, "off": true}));
}

#[tokio::test]
async fn a_roll_out_reaches_its_part_of_the_people_and_the_same_people_each_time() {
    let app = spawn_app(Storage::sqlite()).await;
    let with = |part: u32| json!({"id": "new", "fallthrough": {"rollout": {"on": part, "off": 100 - part}, "variation": "off"}});
    let count = async || {
        let mut on = std::collections::BTreeSet::new();
        for user in 0..300 {
            if app.get(&format!("/flags?user=user-{user}")).await.json()["new"]["variation"] == "on" {
                on.insert(user);
            }
        }
        on
    };
    app.put_flag(with(20)).await;
    let first = count().await;
    assert!((35..=85).contains(&first.len()), "{first:?}");
    assert_eq!(count().await, first);
    // who has no key cannot be in a part
    assert_eq!(app.get("/flags").await.json()["new"]["variation"], "off");
}

#[tokio::test]
async fn what_is_the_same_already_is_no_change() {
    let app = spawn_app(Storage::sqlite()).await;
    let first = app.simple("a").await;
    assert_eq!(app.simple("a").await, first);
    app.post("/admin/toggle/a", &json!({"on": true})).await.assert_status(200);
    assert_eq!(app.get("/admin/flags/a/history").await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_read_can_be_sent_and_changes_nothing() {
    let app = spawn_app(Storage::sqlite()).await;
    app.post("/admin/segments", &json!({"id": "s", "users": ["nadia"]})).await.assert_status(201);
    app.import(&json!({
        "flags": {"theirs": {"state": "ENABLED", "variants": {"a": 1, "b": 2.5}, "targeting": {}}},
        "$evaluators": {"s": {"var": "x"}, "any": true}
    }))
    .await;
    for flag in [
        json!({"id": "plain"}),
        json!({"id": "code", "off_variation": null, "fallthrough": {}}),
        json!({"id": "names", "variations": ["a", "b", "c"], "metadata": {"team": "shop"}}),
        json!({"id": "ruled", "rules": [{"if": {"segment": "s"}, "rollout": {"on": 1, "off": 1}}], "targets": {"users": {"nadia": "on"}}}),
    ] {
        app.put_flag(flag).await;
    }
    app.post("/admin/flags/plain/kill", &json!({"reason": ""})).await.assert_status(200);
    for (list, ids) in
        [("/admin/flags", &["code", "names", "plain", "ruled", "theirs"][..]), ("/admin/segments", &["any", "s"])]
    {
        for id in ids {
            let read = app.get(&format!("{list}/{id}")).await.expect(200);
            let sent = app.post(list, &read.json()).await.expect(200);
            assert_eq!((sent.header("etag"), sent.json()), (read.header("etag"), read.json()), "{id}");
        }
    }
}
