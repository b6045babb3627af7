//! flagd's definition format.

use insta::assert_snapshot;
use serde_json::{Value, json};
use testbed::on_both_storages;
use testbed::storage::Storage;

use crate::app::{TestApp, shown, spawn_app, spawn_with};

on_both_storages! {
    what_was_imported_is_exported,
}

fn set() -> Value {
    json!({
        "flags": {
            "plain": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
            "off": {"state": "DISABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
            "size": {
                "state": "ENABLED", "variants": {"small": 1, "large": 2.0}, "defaultVariant": null,
                "targeting": {"if": [{"$ref": "grown-up"}, "large", null]}, "metadata": {"team": "shop"}
            }
        },
        "$evaluators": {"grown-up": {">=": [{"var": "age"}, 18]}},
        "metadata": {"flagSetId": "all"}
    })
}

async fn what_was_imported_is_exported(storage: Storage) {
    let app = spawn_app(storage).await;
    app.simple("gone").await;
    assert_snapshot!("imported", shown(&app.put("/api/v1/flags/flagd", &set()).await));
    let exported = app.get("/api/v1/flags/flagd").await.expect(200).json();
    for part in ["flags", "$evaluators", "metadata"] {
        assert_eq!(exported[part], set()[part], "{part}");
    }
    // again, it changes nothing; and it is what OFREP evaluates
    assert_eq!(app.import(&exported).await, json!({"created": [], "updated": [], "deleted": [], "broken": []}));
    assert_snapshot!("bulk", app.bulk(json!({"age": 20}), &[]).await.body);
    assert_snapshot!("bulk_of_a_child", app.bulk(json!({"age": 7}), &[]).await.body);
}

#[tokio::test]
async fn rules_that_were_written_as_rules_stay_so() {
    let app = spawn_app(Storage::sqlite()).await;
    let rules = json!([{"if": {"attr": "role", "op": "==", "value": "beta"}, "variation": "on"}]);
    app.put_flag(json!({"id": "ours", "rules": rules, "fallthrough": {"variation": "off"}})).await;
    let mut exported = app.get("/api/v1/flags/flagd").await.json();
    exported["flags"]["theirs"] = set()["flags"]["plain"].clone();
    assert_eq!(app.import(&exported).await["created"], json!(["theirs"]));
    assert_eq!(app.get("/admin/flags/ours").await.json()["rules"], rules);
}

#[tokio::test]
async fn flags_may_be_a_list_and_a_broken_one_harms_no_other() {
    let app = spawn_app(Storage::sqlite()).await;
    let set = json!({"flags": [
        {"key": "good", "state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"},
        {"key": "bad", "state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on", "targeting": {"$ref": "x"}}
    ]});
    assert_eq!(app.import(&set).await["broken"], json!([{"id": "bad", "error": "there is no evaluator \"x\""}]));
    assert_eq!(app.evaluate("good", json!({})).await.expect(200).json()["value"], true);
    assert_eq!(app.evaluate("bad", json!({})).await.expect(400).json()["errorCode"], "PARSE_ERROR");
}

#[tokio::test]
async fn a_set_that_is_wrong_changes_nothing() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    let good = || set()["flags"]["plain"].clone();
    for wrong in [
        json!({}),
        json!({"flags": 7}),
        json!({"flags": {"a b": good()}}),
        json!({"flags": {"x": {"state": "ON", "variants": {"on": true}}}}),
        json!({"flags": {"x": {"state": "ENABLED", "variants": {}}}}),
        json!({"flags": {"x": {"state": "ENABLED", "variants": {"a": 1, "b": "2"}}}}),
        json!({"flags": {"x": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "b"}}}),
        json!({"flags": {"x": {"state": "ENABLED", "variants": {"a": 1}, "metadata": {"m": {}}}}}),
        json!({"flags": [good()]}),
        json!({"flags": {}, "$evaluators": {"a b": {}}}),
    ] {
        app.put("/api/v1/flags/flagd", &wrong).await.refused(400);
    }
    assert_eq!(app.get("/admin/flags").await.json().as_array().unwrap().len(), 1);
}

/// A share of flagd's second generation, and of its third: the hashes differ, and so do the people in a share.
#[tokio::test]
async fn the_generation_of_fractional_is_a_setting() {
    let shares = async |app: TestApp| {
        let rule = json!({"fractional": [["heads", 1], ["tails", 1]]});
        let variants = json!({"heads": "heads", "tails": "tails"});
        app.import(&json!({"flags": {"coin": {"state": "ENABLED", "variants": variants, "targeting": rule}}})).await;
        let mut sides = String::new();
        for user in 0..32 {
            sides.push_str(&app.variation("coin", &format!("user-{user}")).await.as_str().unwrap()[..1]);
        }
        sides
    };
    let third = shares(spawn_app(Storage::sqlite()).await).await;
    let second = shares(
        spawn_with(Storage::sqlite(), |settings| settings.fractional = polystatus_flags::logic::Hashing::V2).await,
    );
    assert_ne!(second.await, third);
}
