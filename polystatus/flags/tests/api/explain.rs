//! Why did this user get this variation?

use insta::assert_snapshot;
use serde_json::{Value, json};
use testbed::storage::Storage;

use crate::app::{TestApp, column, spawn_app};

async fn explain(app: &TestApp, flag: &str, context: Value) -> Value {
    app.post(&format!("/admin/flags/{flag}/explain"), &json!({"context": context})).await.expect(200).json()
}

async fn with_rules() -> TestApp {
    let app = spawn_app(Storage::sqlite()).await;
    let segment = json!({"id": "beta", "users": ["mina"], "if": {"attr": "role", "op": "eq", "value": "beta"}});
    app.post("/admin/segments", &segment).await.assert_status(201);
    app.put_flag(json!({
        "id": "new", "fallthrough": {"variation": "off"}, "targets": {"users": {"nadia": "on"}},
        "rules": [
            {"if": {"all": [{"segment": "beta"}, {"attr": "app", "op": "semver_gte", "value": "2.0"}]}, "variation": "on"},
            {"if": {"attr": "country", "op": "in", "value": ["fr"]}, "rollout": {"on": 100}}
        ]
    }))
    .await;
    app
}

#[tokio::test]
async fn each_rule_is_told_with_its_outcome() {
    let app = with_rules().await;
    let told =
        explain(&app, "new", json!({"targetingKey": "boris", "role": "beta", "app": "1.9", "country": "fr"})).await;
    assert_snapshot!(serde_json::to_string_pretty(&told).unwrap());
    let decided = async |context| column(&explain(&app, "new", context).await["rules"], "decided");
    assert_eq!(decided(json!({"targetingKey": "nadia", "country": "fr"})).await, [true, false, false, false]);
    assert_eq!(decided(json!({"targetingKey": "mina", "app": "2.1"})).await, [false, true, false, false]);
    assert_eq!(decided(json!({"targetingKey": "x"})).await, [false, false, false, false]);
}

#[tokio::test]
async fn what_is_explained_is_what_is_evaluated() {
    let app = with_rules().await;
    for context in [
        json!({"targetingKey": "nadia"}),
        json!({"targetingKey": "mina", "app": "2.1"}),
        json!({"targetingKey": "mina", "app": "1.0", "country": "fr"}),
        json!({"country": "fr"}),
        json!({}),
    ] {
        let (told, said) = (explain(&app, "new", context.clone()).await, app.evaluate("new", context).await.json());
        assert_eq!((&told["variation"], &told["reason"]), (&said["variant"], &said["reason"]));
    }
    app.post("/admin/flags/new/kill", &json!({"reason": "Orders are lost"})).await.assert_status(200);
    let told = explain(&app, "new", json!({"targetingKey": "nadia"})).await;
    assert_eq!((&told["reason"], &told["killed"]["reason"]), (&json!("DISABLED"), &json!("Orders are lost")));
    assert_eq!(told["rules"][0]["decided"], true);
}

#[tokio::test]
async fn rules_of_flagd_are_explained_as_well() {
    let app = spawn_app(Storage::sqlite()).await;
    let nested = json!({"if": [
        {"starts_with": [{"var": "id"}, "abc"]}, "prefix",
        {"if": [{"ends_with": [{"var": "id"}, "xyz"]}, "postfix", "none"]}
    ]});
    let variants = json!({"prefix": "p", "postfix": "q", "none": "n"});
    app.import(&json!({"flags": {
        "ends": {"state": "ENABLED", "variants": variants, "defaultVariant": "none", "targeting": nested},
        "broken": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {"$ref": "nothing"}}
    }}))
    .await;
    let told = explain(&app, "ends", json!({"id": "uvwxyz"})).await;
    assert_eq!(column(&told["rules"], "decided"), [false, true, false]);
    assert_eq!((&told["variation"], &told["value"]), (&json!("postfix"), &json!("q")));
    let told = explain(&app, "broken", json!({})).await;
    assert_eq!((&told["reason"], &told["rules"]), (&json!("PARSE_ERROR"), &json!([])));
    assert!(told["failure"].as_str().unwrap().contains("there is no evaluator \"nothing\""), "{told}");
}
