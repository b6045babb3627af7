use chassis::ApiError;
use chassis::ids::RandomIds;
use chassis::preconditions::Precondition;
use serde_json::{Value, json};
use store::{Draft, Store};

use super::*;
use crate::documents::schema;
use crate::logic::Fuel;
use crate::model::{FlagInput, SegmentInput, Usage};
use crate::stamp::Stamp;
use crate::writes::{put, put_segment};

async fn with_flags() -> Store {
    let store = Store::open(&"memory:".parse().unwrap(), "flags", schema(), &RandomIds).await.unwrap();
    change_segment(&store, "beta", json!({"in": [{"var": "targetingKey"}, ["nadia"]]})).await;
    change_segment(&store, "outer", json!({"!": {"$ref": "beta"}})).await;
    for id in ["a", "b"] {
        change_flag(&store, json!({"id": id, "targeting": {"if": [{"$ref": "beta"}, "on", "off"]}})).await;
    }
    store
}

fn stamp() -> Stamp {
    Stamp { by: "api-token".to_owned(), at: 1_700_000_000, id: "1".to_owned() }
}

async fn change_flag(store: &Store, flag: Value) {
    let definition = serde_json::from_value::<FlagInput>(flag).unwrap().validate().unwrap();
    let write = move |draft: &mut Draft| put(draft, &stamp(), &Precondition::NONE, &definition).map(drop);
    store.write(write).await.unwrap_or_else(|error: ApiError| panic!("{:?}", error.details()));
}

async fn change_segment(store: &Store, id: &str, rule: Value) {
    let segment = serde_json::from_value::<SegmentInput>(json!({"id": id, "targeting": rule})).unwrap();
    let segment = segment.validate("api-token", 0).unwrap();
    let write = move |draft: &mut Draft| put_segment(draft, &stamp(), &Precondition::NONE, &segment).map(drop);
    store.write(write).await.unwrap_or_else(|error: ApiError| panic!("{:?}", error.details()));
}

#[tokio::test]
async fn a_write_that_changes_no_flag_makes_no_rule_set() {
    let (store, rules) = (with_flags().await, Rules::new(Hashing::default()));
    let before = rules.now(&store);
    let note = |draft: &mut Draft| -> Result<(), ApiError> {
        draft.put(Usage { flag: "a".to_owned(), ..Usage::default() });
        Ok(())
    };
    store.write(note).await.unwrap();
    assert!(Arc::ptr_eq(&rules.now(&store), &before));
}

#[tokio::test]
async fn rules_of_segments_are_shared_with_their_documents_and_made_once() {
    let (store, rules) = (with_flags().await, Rules::new(Hashing::default()));
    let before = rules.now(&store);
    change_flag(&store, json!({"id": "b", "targeting": {"if": [{"$ref": "outer"}, "on", "off"]}})).await;
    let after = rules.now(&store);
    let document = store.read().get::<crate::model::Segment>("beta").unwrap().rule();
    assert!(Arc::ptr_eq(&before.evaluators["beta"], &document) && Arc::ptr_eq(&after.evaluators["beta"], &document));
    assert!(Arc::ptr_eq(before.get("a").unwrap(), after.get("a").unwrap()), "a was not changed");
    assert!(after.made.has_in_common_with(&before.made, "beta"), "it was made for a, and b refers to it, too");
    assert_ne!(before.etag, after.etag);
}

#[tokio::test]
async fn a_segment_that_changes_is_made_anew() {
    let (store, rules) = (with_flags().await, Rules::new(Hashing::default()));
    let before = rules.now(&store);
    change_segment(&store, "beta", json!({"in": [{"var": "targetingKey"}, ["boris"]]})).await;
    let after = rules.now(&store);
    let of = |ruleset: &Ruleset, user: &str| {
        let (context, fuel) = (serde_json::Map::from_iter([("targetingKey".to_owned(), json!(user))]), Fuel::default());
        let request = Request { context: &context, flag: "a", timestamp: 0, fuel: &fuel };
        ruleset.get("a").unwrap().answer(request).variation.clone().unwrap()
    };
    assert_eq!(
        (of(&before, "nadia"), of(&after, "nadia"), of(&after, "boris")),
        ("on".into(), "off".into(), "on".into())
    );
}
