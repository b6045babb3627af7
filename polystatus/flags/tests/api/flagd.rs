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
    let nothing = json!({"created": [], "updated": [], "deleted": []});
    let unchanged = json!({"created": [], "updated": [], "deleted": [], "segments": nothing, "broken": []});
    assert_eq!(app.import(&exported).await, unchanged);
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

/// Everything that flagd has no word for.
async fn with_all_that_there_is() -> TestApp {
    let app = spawn_app(Storage::sqlite()).await;
    app.import(&set()).await;
    let beta = json!({"id": "beta", "description": "Who asked", "users": ["nadia"], "if": {"attr": "role", "op": "==", "value": "beta"}});
    app.post("/admin/segments", &beta).await.assert_status(201);
    app.put_flag(json!({"id": "killed", "description": "Orders", "targets": {"users": {"nadia": "on"}}})).await;
    app.post("/admin/flags/killed/kill", &json!({"reason": "Orders are lost"})).await.assert_status(200);
    app.put_flag(json!({"id": "names", "kind": "multivar", "variations": ["red", "blue"], "off_variation": "blue"}))
        .await;
    app.put_flag(json!({"id": "rolled", "fallthrough": {"variation": "off", "rollout": {"on": 10, "off": 90}}})).await;
    app.put_flag(json!({"id": "ruled", "rules": [{"if": {"segment": "beta"}, "variation": "on"}]})).await;
    app.put_flag(json!({"id": "truth", "kind": "multivar", "variations": {"yes": true, "no": false}})).await;
    app
}

/// Without what says who wrote it, when, and how often.
fn said(documents: &Value) -> Value {
    let mut documents = documents.clone();
    for document in documents.as_array_mut().unwrap() {
        for field in ["version", "created_at", "updated_at", "updated_by"] {
            document.as_object_mut().unwrap().remove(field);
        }
    }
    documents
}

#[tokio::test]
async fn an_import_of_what_was_exported_changes_nothing_and_brings_everything_back_elsewhere() {
    let app = with_all_that_there_is().await;
    let exported = app.get("/api/v1/flags/flagd").await.expect(200).json();
    let everything = async |app: &TestApp| {
        let (flags, segments) = (app.get("/admin/flags").await.json(), app.get("/admin/segments").await.json());
        (flags, segments, app.get("/api/v1/audit").await.json())
    };
    let before = everything(&app).await;
    let nothing = json!({"created": [], "updated": [], "deleted": []});
    let imported = app.import(&exported).await;
    assert_eq!(
        (&imported["created"], &imported["updated"], &imported["deleted"]),
        (&json!([]), &json!([]), &json!([]))
    );
    assert_eq!(imported["segments"], nothing);
    assert_eq!(everything(&app).await, before, "nothing was written, not even into the audit log");

    let other = spawn_app(Storage::sqlite()).await;
    other.import(&exported).await;
    let (flags, segments, _) = everything(&other).await;
    assert_eq!((said(&flags), said(&segments)), (said(&before.0), said(&before.1)));
    assert_eq!(other.get("/api/v1/flags/flagd").await.json(), exported);
    assert_eq!(other.evaluate("killed", json!({"targetingKey": "nadia"})).await.json()["reason"], "DISABLED");
    // flagd itself finds its own words, and leaves ours alone
    assert_eq!(exported["flags"]["killed"]["state"], "DISABLED");
    assert_eq!(exported["$polystatus"]["flags"].get("plain"), None, "flagd's words say all of it");
}

#[tokio::test]
async fn what_flagd_has_no_word_for_is_kept_when_a_file_does_not_speak_of_it() {
    let app = with_all_that_there_is().await;
    let mut file = app.get("/api/v1/flags/flagd").await.json();
    file.as_object_mut().unwrap().remove("$polystatus");
    file["flags"]["names"]["defaultVariant"] = json!("red");
    assert_eq!(app.import(&file).await["updated"], json!(["names"]));
    assert_eq!(app.get("/admin/flags/names").await.json()["off_variation"], "blue");
    let killed = app.get("/admin/flags/killed").await.json();
    assert_eq!((&killed["description"], &killed["killed"]["by"]), (&json!("Orders"), &json!("api-token")));
    // somebody has changed the file by hand: what flagd reads counts
    let mut file = app.get("/api/v1/flags/flagd").await.json();
    file["flags"]["ruled"]["targeting"] = json!({"if": [{"$ref": "beta"}, "off", null]});
    assert_eq!(app.import(&file).await["updated"], json!(["ruled"]));
    assert_eq!(app.variation("ruled", "nadia").await, "off");
}

#[tokio::test]
async fn an_import_is_told_of_with_its_segments() {
    let app = spawn_app(Storage::sqlite()).await;
    app.import(&set()).await;
    let mut other = set();
    other["$evaluators"] = json!({"grown-up": {">=": [{"var": "age"}, 21]}, "new": {"var": "x"}});
    let imported = app.import(&other).await;
    assert_eq!(imported["segments"], json!({"created": ["new"], "updated": ["grown-up"], "deleted": []}));
    let audit = app.get("/api/v1/audit").await.json();
    let told: Vec<_> =
        audit.as_array().unwrap().iter().take(3).map(|entry| (&entry["action"], &entry["note"])).collect();
    assert_eq!(
        told,
        [
            (&json!("segment.updated"), &json!("grown-up")),
            (&json!("segment.created"), &json!("new")),
            (&json!("flag.imported"), &json!("0 created, 0 updated, 0 deleted, and 2 segments changed")),
        ]
    );
}

#[tokio::test]
async fn an_import_has_the_limits_of_single_changes() {
    let app = spawn_app(Storage::sqlite()).await;
    let rules: serde_json::Map<_, _> = (0..1001).map(|number| (format!("s{number}"), json!({"var": "x"}))).collect();
    app.put("/api/v1/flags/flagd", &json!({"flags": {}, "$evaluators": rules})).await.refused(409);
    let users: Vec<_> = (0..1001).map(|number| format!("user-{number}")).collect();
    let rule = json!({"in": [{"var": "targetingKey"}, users]});
    let set = json!({"flags": {}, "$evaluators": {"s": rule}});
    let refused = app.put("/api/v1/flags/flagd", &set).await;
    refused.refused(400);
    assert!(refused.body.contains("$evaluators.s.targeting"), "{refused}");
    app.post("/admin/segments", &json!({"id": "s", "targeting": rule})).await.refused(400);
    app.put("/api/v1/flags/flagd", &json!({"flags": {}, "$evaluators": {"s": null}})).await.refused(400);
}

#[tokio::test]
async fn an_import_into_another_place_leaves_nothing_of_what_was_there() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    app.post("/admin/segments", &json!({"id": "s", "targeting": {"var": "beta"}})).await.assert_status(201);
    let exported = app.get("/api/v1/flags/flagd").await.json();
    assert_eq!(exported["$polystatus"]["flags"]["a"]["off_variation"], "off");
    let other = spawn_app(Storage::sqlite()).await;
    other.import(&exported).await;
    other.put_flag(json!({"id": "a", "description": "another", "off_variation": "on"})).await;
    let plain =
        json!({"id": "b", "kind": "multivar", "variations": {"x": "x"}, "off_variation": "x", "description": "y"});
    other.put_flag(plain).await;
    let described = json!({"id": "s", "description": "another", "targeting": {"var": "beta"}});
    other.post("/admin/segments", &described).await.assert_status(200);
    // a flag and a segment of which flagd's words say all
    let bare = json!({"id": "b", "kind": "multivar", "variations": {"x": "x"}, "off_variation": null});
    app.put_flag(bare).await;
    let exported = app.get("/api/v1/flags/flagd").await.json();
    assert_eq!(exported["$polystatus"]["flags"].get("b"), None);
    other.import(&exported).await;
    let everything = async |app: &TestApp| {
        (said(&app.get("/admin/flags").await.json()), said(&app.get("/admin/segments").await.json()))
    };
    assert_eq!(everything(&other).await, everything(&app).await);
    // also where there is nothing to say at all
    app.delete("/admin/flags/a").await.assert_status(204);
    let exported = app.get("/api/v1/flags/flagd").await.json();
    assert_eq!(exported["$polystatus"], json!({}));
    other.put_flag(json!({"id": "b", "kind": "multivar", "variations": {"x": "x"}, "off_variation": "x"})).await;
    other.import(&exported).await;
    assert_eq!(everything(&other).await, everything(&app).await);
}

#[tokio::test]
async fn a_file_of_flagd_keeps_what_a_segment_is_described_as() {
    let app = with_all_that_there_is().await;
    let mut file = app.get("/api/v1/flags/flagd").await.json();
    file.as_object_mut().unwrap().remove("$polystatus");
    file["$evaluators"]["beta"] = json!({"==": [{"var": "role"}, "beta"]});
    assert_eq!(app.import(&file).await["segments"]["updated"], json!(["beta"]));
    let beta = app.get("/admin/segments/beta").await.json();
    assert_eq!((&beta["description"], &beta["targeting"]), (&json!("Who asked"), &file["$evaluators"]["beta"]));
}
