use proptest::prelude::*;
use serde_json::json;

use super::super::{Compiler, Evaluators, Hashing};
use super::*;

fn run_with(rule: &Value, context: &Value, hashing: Hashing) -> Value {
    let evaluators = Evaluators::from([("is_beta".to_owned(), json!({"in": ["beta", {"var": "groups"}]}).into())]);
    let rule = Compiler::new(&evaluators, hashing).compile(rule).unwrap();
    let context = context.as_object().unwrap();
    match evaluate(&rule, Request { context, flag: "a-flag", timestamp: 1_700_000_000, fuel: &Fuel::default() }) {
        Outcome::Value(value) => value.to_json(),
        Outcome::OutOfFuel => json!("out of fuel"),
    }
}

fn run(rule: &Value, context: &Value) -> Value {
    run_with(rule, context, Hashing::V3)
}

/// Rule, context, result: JsonLogic's own operators, as <https://jsonlogic.com/operations.html> has them.
#[test]
fn operators_do_what_jsonlogic_says() {
    let context = json!({
        "a": {"b": [10, {"c": "deep"}], "null": null}, "n": 5, "t": "text", "groups": ["alpha", "beta"], "list": [1, 2, 3],
        "age": "20"
    });
    for (rule, expected) in [
        (json!({"var": "a.b.0"}), json!(10)),
        (json!({"var": "a.b.1.c"}), json!("deep")),
        (json!({"var": ["a.x", "or else"]}), json!("or else")),
        (json!({"var": ["a.null", "or else"]}), json!(null)),
        (json!({"var": {"cat": ["t"]}}), json!("text")),
        (json!({"var": "$flagd.flagKey"}), json!("a-flag")),
        (json!({"var": "$flagd.timestamp"}), json!(1_700_000_000)),
        (json!({"==": [1, "1"]}), json!(true)),
        (json!({"===": [1, "1"]}), json!(false)),
        (json!({"==": [0, false]}), json!(true)),
        (json!({"==": [null, false]}), json!(false)),
        (json!({"!=": [{"var": "nothing"}, null]}), json!(false)),
        (json!({"!==": [1, 1.0]}), json!(false)),
        (json!({">": [{"var": "age"}, 18]}), json!(true)),
        (json!({"<": ["b", "a"]}), json!(false)),
        (json!({"<": [1, {"var": "n"}, 6]}), json!(true)),
        (json!({"<=": [1, 1, 0]}), json!(false)),
        (json!({">": ["x", 1]}), json!(false)),
        (json!({"!": [[]]}), json!(true)),
        (json!({"!!": "0"}), json!(true)),
        (json!({"or": [0, "", "x", 1]}), json!("x")),
        (json!({"and": [1, "", "x"]}), json!("")),
        (json!({"if": [false, 1, [], 2, 3]}), json!(3)),
        (json!({"if": [false, 1]}), json!(null)),
        (json!({"?:": [{"var": "n"}, "yes", "no"]}), json!("yes")),
        (json!({"in": ["ex", {"var": "t"}]}), json!(true)),
        (json!({"in": [2, {"var": "list"}]}), json!(true)),
        (json!({"in": ["2", {"var": "list"}]}), json!(false)),
        (json!({"in": [{"var": "t"}, ["a", "b", "c", "d", "e", "f", "g", "text"]]}), json!(true)),
        (json!({"in": [{"var": "n"}, ["a", "b", "c", "d", "e", "f", "g", "5"]]}), json!(false)),
        (json!({"cat": ["a", 1, null, true, 1.5]}), json!("a1true1.5")),
        (json!({"substr": ["jsonlogic", 4]}), json!("logic")),
        (json!({"substr": ["jsonlogic", -5]}), json!("logic")),
        (json!({"substr": ["jsonlogic", 1, 3]}), json!("son")),
        (json!({"substr": ["jsonlogic", 4, -2]}), json!("log")),
        (json!({"+": [1, "2", 3.5]}), json!(6.5)),
        (json!({"+": "3"}), json!(3)),
        (json!({"-": [2]}), json!(-2)),
        (json!({"-": [5, 3]}), json!(2)),
        (json!({"*": [2, 3, 4]}), json!(24)),
        (json!({"/": [1, 2]}), json!(0.5)),
        (json!({"/": [1, 0]}), json!(null)),
        (json!({"%": [101, 2]}), json!(1)),
        (json!({"max": [1, 3, 2]}), json!(3)),
        (json!({"min": [1, 3, 2]}), json!(1)),
        (json!({"merge": [[1], 2, [3, [4]]]}), json!([1, 2, 3, [4]])),
        (json!({"missing": ["t", "x", "a.b"]}), json!(["x"])),
        (json!({"missing": {"merge": ["x", "t"]}}), json!(["x"])),
        (json!({"missing_some": [1, ["t", "x"]]}), json!([])),
        (json!({"missing_some": [2, ["t", "x"]]}), json!(["x"])),
        (json!({"map": [{"var": "list"}, {"*": [{"var": ""}, 2]}]}), json!([2, 4, 6])),
        (json!({"filter": [{"var": "list"}, {">": [{"var": ""}, 1]}]}), json!([2, 3])),
        (json!({"all": [{"var": "list"}, {">": [{"var": ""}, 0]}]}), json!(true)),
        (json!({"all": [[], {"var": ""}]}), json!(false)),
        (json!({"none": [[], {"var": ""}]}), json!(true)),
        (json!({"some": [{"var": "list"}, {"==": [{"var": ""}, 2]}]}), json!(true)),
        (json!({"reduce": [{"var": "list"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 10]}), json!(16)),
        (json!({"if": [{"$ref": "is_beta"}, "yes", "no"]}), json!("yes")),
        (json!({"a": 1, "b": 2}), json!({"a": 1, "b": 2})),
        (json!([{"var": "n"}, 1]), json!([5, 1])),
        (json!({"log": "passed on"}), json!("passed on")),
    ] {
        assert_eq!(run(&rule, &context), expected, "{rule}");
    }
}

/// Version, operator, version, result.
#[test]
fn versions_are_compared_as_flagd_does() {
    for (left, operator, right, expected) in [
        (json!("2.0.0"), "=", json!("2.0.0"), json!(true)),
        (json!("2.0.0-alpha"), "<", json!("2.0.0"), json!(true)),
        (json!("1.10.0"), ">", json!("1.9.0"), json!(true)),
        (json!("1.2.3"), "!=", json!("1.2.4"), json!(true)),
        (json!("1.2.3"), "<=", json!("1.2.3"), json!(true)),
        (json!("1.2.3"), ">=", json!("1.2.4"), json!(false)),
        (json!("3.9.1"), "^", json!("3.0.0"), json!(true)),
        (json!("4.0.0"), "^", json!("3.0.0"), json!(false)),
        (json!("3.0.9"), "~", json!("3.0.0"), json!(true)),
        (json!("3.1.0"), "~", json!("3.0.0"), json!(false)),
        (json!("v1.0.0"), "=", json!("V1"), json!(true)),
        (json!(1.2), "=", json!("1.2.0"), json!(true)),
        (json!(2), ">", json!(1.1), json!(true)),
        (json!("1.0.0+one"), "=", json!("1.0.0+another"), json!(true)),
        (json!("2.0.0.0"), "=", json!("2.0.0"), json!(null)),
        (json!("no version"), "=", json!("1.0.0"), json!(null)),
        (json!("1.0.0"), "===", json!("1.0.0"), json!(null)),
        (json!(null), "=", json!("1.0.0"), json!(null)),
    ] {
        // as it stands in the rule, and as it comes from the context
        let known = json!({"sem_ver": [left, operator, right]});
        let made = json!({"sem_ver": [{"var": "left"}, {"var": "operator"}, {"var": "right"}]});
        let context = json!({"left": left, "operator": operator, "right": right});
        assert_eq!(run(&known, &json!({})), expected, "{known}");
        assert_eq!(run(&made, &context), expected, "{known}");
    }
    for wrong in [json!([]), json!(["1.0.0", "="]), json!(["1.0.0", "=", "1.0.0", 1])] {
        assert_eq!(run(&json!({"sem_ver": wrong}), &json!({})), json!(null));
    }
}

#[test]
fn what_is_not_two_texts_has_no_ends() {
    let context = json!({"id": "abcxyz", "n": 123});
    for (rule, expected) in [
        (json!({"starts_with": [{"var": "id"}, "abc"]}), json!(true)),
        (json!({"ends_with": [{"var": "id"}, "abc"]}), json!(false)),
        (json!({"starts_with": [{"var": "n"}, "1"]}), json!(null)),
        (json!({"ends_with": ["abc"]}), json!(null)),
        (json!({"ends_with": ["abc", "c", 1]}), json!(null)),
    ] {
        assert_eq!(run(&rule, &context), expected, "{rule}");
    }
}

fn halves() -> Value {
    json!({"fractional": [["one", 50], ["two", 50]]})
}

#[test]
fn nobody_is_in_no_share() {
    for wrong in [
        json!({"fractional": []}),
        json!({"fractional": [{"var": "nothing"}, ["one", 1]]}),
        json!({"fractional": ["x", ["one", 0], ["two", -5]]}),
        json!({"fractional": ["x", ["one", 0.5]]}),
        json!({"fractional": ["x", ["one", "1"]]}),
        json!({"fractional": ["x", ["one", true]]}),
        json!({"fractional": ["x", ["one", 1, 2]]}),
        json!({"fractional": ["x", "one"]}),
        json!({"fractional": ["x", ["one", 2_147_483_647], ["two", 1]]}),
    ] {
        assert_eq!(run(&wrong, &json!({"targetingKey": "somebody"})), json!(null), "{wrong}");
    }
    for context in [json!({}), json!({"targetingKey": ""}), json!({"targetingKey": 7})] {
        assert_eq!(run(&halves(), &context), json!(null), "{context}");
        assert_eq!(run_with(&halves(), &context, Hashing::V2), json!(null), "{context}");
    }
}

#[test]
fn a_share_is_as_large_as_its_weight() {
    let rule = json!({"fractional": [["one", 10], ["two", 30], ["three", 60]]});
    for hashing in [Hashing::V2, Hashing::V3] {
        let mut counts = std::collections::BTreeMap::<String, u32>::new();
        for person in 0..10_000 {
            let share = run_with(&rule, &json!({"targetingKey": format!("user-{person}")}), hashing);
            *counts.entry(share.as_str().unwrap().to_owned()).or_default() += 1;
        }
        for (share, expected) in [("one", 1000_u32), ("two", 3000), ("three", 6000)] {
            assert!(counts[share].abs_diff(expected) < 200, "{hashing:?}: {counts:?}");
        }
    }
}

#[test]
fn weights_and_names_may_be_worked_out() {
    let rule = json!({"fractional": [
        {"var": "targetingKey"},
        [{"var": "colour"}, {"if": [{"var": "all"}, 100, 0]}],
        ["blue", 1]
    ]});
    let share = |context| run(&rule, &context);
    assert_eq!(share(json!({"targetingKey": "x", "colour": "red", "all": false})), json!("blue"));
    let reds = (0..100).filter(|n| share(json!({"targetingKey": n, "colour": "red", "all": true})) == json!("red"));
    assert!(reds.count() > 90);
}

#[test]
fn one_and_one_point_zero_are_the_same_person() {
    let rule = json!({"fractional": [{"var": "id"}, ["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"], ["h"]]});
    for (one, other) in
        [(json!(7), json!(7.0)), (json!(-0.0), json!(0)), (json!({"b": 1, "a": 2}), json!({"a": 2.0, "b": 1}))]
    {
        assert_eq!(run(&rule, &json!({"id": one})), run(&rule, &json!({"id": other})));
    }
    // a text is not a number
    assert_ne!(run(&rule, &json!({"id": "7"})), json!(null));
    assert_eq!(run_with(&rule, &json!({"id": 7}), Hashing::V2), json!(null));
}

#[test]
fn a_text_that_doubles_with_each_item_is_given_up() {
    let rule = json!({"reduce": [
        {"var": "list"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "xxxxxxxxxxxxxxxx"
    ]});
    assert_eq!(run(&rule, &json!({"list": vec![0; 1000]})), json!("out of fuel"));
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9.]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            (prop::sample::select(OPERATORS), prop::collection::vec(inner.clone(), 0..5))
                .prop_map(|(operator, arguments)| json!({operator: arguments})),
            prop::collection::btree_map("[a-c]", inner, 2..4).prop_map(|object| json!(object)),
        ]
    })
}

const OPERATORS: &[&str] = &[
    "var",
    "if",
    "and",
    "or",
    "!",
    "!!",
    "==",
    "===",
    "!=",
    "!==",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "cat",
    "substr",
    "+",
    "-",
    "*",
    "/",
    "%",
    "min",
    "max",
    "merge",
    "missing",
    "missing_some",
    "map",
    "filter",
    "all",
    "none",
    "some",
    "reduce",
    "fractional",
    "sem_ver",
    "starts_with",
    "ends_with",
    "log",
];

proptest! {
    #[test]
    fn no_rule_and_no_context_makes_it_fall(rule in value(), context in value()) {
        let evaluators = Evaluators::new();
        let context = json!({"a": context, "b": 1});
        for hashing in [Hashing::V2, Hashing::V3] {
            if let Ok(rule) = Compiler::new(&evaluators, hashing).compile(&rule) {
                let fuel = Fuel::default();
                let request = Request { context: context.as_object().unwrap(), flag: "f", timestamp: 0, fuel: &fuel };
                if let Outcome::Value(value) = evaluate(&rule, request) {
                    value.to_json();
                }
            }
        }
    }
}

#[test]
fn runs_for_one_request_share_what_it_may_cost() {
    let endless =
        json!({"reduce": [{"var": "list"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "xxxx"]});
    let evaluators = Evaluators::new();
    let rules =
        [endless, json!({"var": "x"})].map(|rule| Compiler::new(&evaluators, Hashing::V3).compile(&rule).unwrap());
    let (context, fuel) = (json!({"list": vec![0; 5000], "x": 7}), Fuel::default());
    let request = Request { context: context.as_object().unwrap(), flag: "f", timestamp: 0, fuel: &fuel };
    for _ in 0..5 {
        assert!(matches!(evaluate(&rules[1], request), Outcome::Value(Val::Int(7))));
        assert_eq!(evaluate(&rules[0], request), Outcome::OutOfFuel);
    }
    assert!(fuel.is_out());
    assert_eq!(evaluate(&rules[1], request), Outcome::OutOfFuel);
}

/// What a run for this context takes.
fn taken(rule: &Value, context: &Value, hashing: Hashing) -> u32 {
    let rule = Compiler::new(&Evaluators::new(), hashing).compile(rule).unwrap();
    let fuel = Fuel::default();
    let request = Request { context: context.as_object().unwrap(), flag: "f", timestamp: 0, fuel: &fuel };
    assert!(matches!(evaluate(&rule, request), Outcome::Value(_)));
    OF_A_REQUEST - fuel.0.get()
}

#[test]
fn whatever_is_looked_at_is_paid_for() {
    let deep = (0..100).fold(json!(vec![json!([0]); 4000]), |inner, _| json!([inner]));
    let many: Map<_, _> = (0..4000).map(|number| (number.to_string(), json!([number]))).collect();
    let context = json!({
        "list": vec![0; 8000], "same": vec![0; 8000], "deep": deep, "object": many, "long": "x".repeat(64_000),
        "targetingKey": "x".repeat(64_000), "number": 1, "short": "x"
    });
    let var = |name: &str| json!({"var": name});
    for large in ["list", "deep", "long"] {
        for operator in ["==", "!=", "<", "<=", ">", ">=", "+", "*", "max", "cat", "substr", "missing"] {
            // a list as the only argument is a list of names
            let rule = json!({operator: [var(large), var("number")]});
            assert!(taken(&rule, &context, Hashing::V3) >= 8000, "{rule}");
        }
    }
    for (one, other) in [("list", "same"), ("deep", "deep"), ("object", "object"), ("long", "targetingKey")] {
        for operator in ["==", "!=", "===", "!=="] {
            let rule = json!({operator: [var(one), var(other)]});
            assert!(taken(&rule, &context, Hashing::V3) >= 8000, "{rule}");
        }
    }
    for rule in [
        json!({"fractional": [var("object"), ["a", 1], ["b", 1]]}),
        json!({"fractional": [var("long"), ["a", 1], ["b", 1]]}),
        json!({"fractional": [["a", 1], ["b", 1]]}),
        json!({"in": ["y", var("long")]}),
        json!({"in": [var("list"), "short"]}),
        json!({"in": [var("deep"), [var("deep")]]}),
        json!({"in": [var("long"), ["a", "b", "c", "d", "e", "f", "g", "h", "i"]]}),
        json!({"starts_with": [var("long"), var("targetingKey")]}),
        json!({"ends_with": [var("long"), var("targetingKey")]}),
        json!({"sem_ver": [var("long"), "=", "1.0.0"]}),
        json!({"var": [var("long")]}),
    ] {
        assert!(taken(&rule, &context, Hashing::V3) >= 8000, "{rule}");
    }
    assert!(taken(&json!({"fractional": [var("long"), ["a", 1]]}), &context, Hashing::V2) >= 8000);
    // what differs at first sight costs no more than a look
    for rule in [
        json!({"==": [var("long"), "short"]}),
        json!({"===": [var("list"), "short"]}),
        json!({"==": [var("list"), null]}),
        json!({"<": [var("number"), 7]}),
        json!({"starts_with": [var("long"), "x"]}),
    ] {
        assert!(taken(&rule, &context, Hashing::V3) < 10, "{rule}");
    }
}
