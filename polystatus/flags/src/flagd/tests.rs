//! What is written is read as it was, whatever it is.

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::{FlagInput, SegmentInput};

const NAMES: [&str; 3] = ["a", "b", "c"];

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&NAMES[..])
}

fn variations() -> impl Strategy<Value = Value> {
    let number = prop_oneof![any::<i64>().prop_map(|n| json!(n)), (-1e9..1e9).prop_map(|n: f64| json!(n))];
    prop_oneof![
        Just(json!(NAMES)),
        Just(json!({"a": true, "b": false, "c": true})),
        vec(number, 3).prop_map(|of| json!({"a": of[0], "b": of[1], "c": of[2]})),
        vec("[ -~é]{0,8}", 3).prop_map(|of| json!({"a": of[0], "b": of[1], "c": of[2]})),
        Just(json!({"a": {"x": [1]}, "b": [], "c": {}})),
    ]
}

fn outcome() -> impl Strategy<Value = Value> {
    let rollout = btree_map(name(), 1..100_u32, 1..3);
    prop_oneof![name().prop_map(|name| json!({"variation": name})), rollout.prop_map(|parts| json!({"rollout": parts}))]
}

fn condition() -> impl Strategy<Value = Value> {
    let compared = (prop::sample::select(&["==", "eq", "starts_with", "semver_gte"][..]), "[a-z.]{1,8}")
        .prop_map(|(op, value)| json!({"attr": "role", "op": op, "value": value}));
    let named = prop::sample::select(&["s1", "s2"][..]).prop_map(|segment| json!({"segment": segment}));
    prop_oneof![compared, named].prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(|all| json!({"all": all})),
            inner.prop_map(|not| json!({"not": not}))
        ]
    })
}

fn rule() -> impl Strategy<Value = Value> {
    (condition(), outcome()).prop_map(|(condition, outcome)| {
        let mut rule = outcome;
        rule["if"] = condition;
        rule
    })
}

prop_compose! {
    fn own_form()(
        rules in vec(rule(), 0..3),
        users in btree_map("[a-z]{1,5}", name(), 0..3),
        fallthrough in prop_oneof![outcome(), Just(json!({}))]
    ) -> Value {
        json!({"rules": rules, "targets": {"users": users}, "fallthrough": fallthrough})
    }
}

/// flagd takes an empty object for no rule, and so do we; it is read as what it was all the same.
fn flagd_form() -> impl Strategy<Value = Value> {
    let rule = prop_oneof![Just(json!({})), Just(json!({"if": [{"$ref": "s1"}, "a", null]}))];
    rule.prop_map(|rule| json!({"targeting": rule, "fallthrough": {"variation": "a"}}))
}

prop_compose! {
    fn defined()(
        id in "[a-z]{1,3}",
        kind in prop::sample::select(&["boolean", "multivar"][..]),
        variations in variations(),
        form in prop_oneof![own_form(), flagd_form()],
        description in "[ -~é\n]{0,12}",
        on in any::<bool>(),
        off in of(name()),
        killed in of("[ -~]{0,10}"),
        metadata in btree_map("[a-z]{1,4}", prop_oneof![Just(json!(1.0)), Just(json!("x")), Just(json!(true))], 0..3)
    ) -> Option<Defined> {
        let mut flag = form;
        for (field, value) in [
            ("id", json!(id)), ("kind", json!(kind)), ("variations", variations), ("description", json!(description)),
            ("on", json!(on)), ("off_variation", json!(off)), ("metadata", json!(metadata))
        ] {
            flag[field] = value;
        }
        // a boolean flag with numbers is none
        let definition = serde_json::from_value::<FlagInput>(flag).unwrap().validate().ok()?;
        let killed = killed.map(|reason| Kill { by: "USR-boris".to_owned(), at: 1_700_000_000, reason });
        Some(Defined { definition, killed })
    }
}

fn segment(id: &'static str) -> impl Strategy<Value = Segment> {
    let form = prop_oneof![
        (vec("[a-z]{1,4}", 0..3), of(condition())).prop_map(|(users, condition)| {
            condition.map_or_else(|| json!({"users": users}), |condition| json!({"users": users, "if": condition}))
        }),
        Just(json!({"targeting": {"var": "x"}})),
        Just(json!({"targeting": [1, {"var": "x"}]})),
    ];
    (form, "[ -~]{0,8}").prop_map(move |(mut segment, description)| {
        segment["id"] = json!(id);
        segment["description"] = json!(description);
        serde_json::from_value::<SegmentInput>(segment).unwrap().validate("USR-nadia", 7).unwrap()
    })
}

prop_compose! {
    fn set()(
        flags in vec(defined(), 0..6),
        segments in (of(segment("s1")), of(segment("s2"))),
        metadata in btree_map("[a-z]{1,4}", Just(json!(1)), 0..2)
    ) -> Definitions {
        let mut flags: Vec<_> = flags.into_iter().flatten().collect();
        flags.sort_by(|one, other| one.definition.id.cmp(&other.definition.id));
        flags.dedup_by(|one, other| one.definition.id == other.definition.id);
        Definitions { flags, segments: [segments.0, segments.1].into_iter().flatten().collect(), metadata, is_plain: false }
    }
}

fn told(set: &Definitions) -> Vec<(&Definition, &Option<Kill>)> {
    set.flags.iter().map(|flag| (&flag.definition, &flag.killed)).collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(set in set()) {
        let written = serde_json::to_vec(&write(&set)).unwrap();
        let again = read(&written).map_err(|error| TestCaseError::fail(format!("{:?}", error.details())))?;
        prop_assert_eq!(told(&again), told(&set));
        prop_assert!(!again.is_plain);
        prop_assert_eq!(&again.metadata, &set.metadata);
        prop_assert_eq!(again.segments.len(), set.segments.len());
        for (one, other) in again.segments.iter().zip(&set.segments) {
            prop_assert!(one.says_the_same_as(other), "{:?} {:?}", one, other);
        }
    }
}
