//! Clients that are broken or mean: each is answered with 4xx or closed, and memory is bounded.

use serde_json::json;
use testbed::client::send;
use testbed::process::{Program, Running};
use testbed::raw::{Connection, exchange};
use testbed::service::TOKEN;
use testbed::storage::Storage;

use crate::app::{OFREP, spawn_app};

/// How much more memory the program may have afterwards.
const GROWTH: u64 = 48 * 1024 * 1024;

/// Resident memory of a process, in bytes.
fn memory(running: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn a_body_without_end_is_not_kept() {
    let storage = Storage::sqlite();
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-flags"));
    let running = program.env("STORE_URL", storage.url()).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "error").start();
    let before = memory(&running);
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    for (method, path) in [
        ("POST", OFREP),
        ("POST", "/ofrep/v1/evaluate/flags/a"),
        ("POST", "/admin/flags"),
        ("PUT", "/api/v1/flags/flagd"),
    ] {
        let mut connection = Connection::to(running.address()).await;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        connection.send(head).await;
        // 256 MB, or as much as the service takes
        for _ in 0..4096 {
            if !connection.send(&chunk).await || connection.has_received().await {
                break;
            }
        }
        connection.answer().await.expect("an answer, not a reset").refused(413);
    }
    let grown = memory(&running).saturating_sub(before);
    assert!(grown < GROWTH, "memory has grown by {grown} bytes");
}

#[tokio::test]
async fn strange_bodies_are_refused() {
    let app = spawn_app(Storage::sqlite()).await;
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(5_000), close.repeat(5_000));
    for body in [
        deep("[", "]"),
        format!("{{\"id\":\"a\",\"targeting\":{}}}", deep("{\"!\":", "}")),
        format!("{{\"id\":\"a\",\"rules\":[{{\"if\":{},\"variation\":\"on\"}}]}}", deep("{\"not\":", "}")),
        format!("{{\"id\":\"{}\"}}", "x".repeat(50_000)),
        format!("{{\"id\":\"a\",\"variations\":[{}\"b\"]}}", "\"a\",".repeat(5_000)),
        "{\"id\":\"a\",\"on\":1}".to_owned(),
        "{\"id\":\"a\",\"description\":\"\\u0000\"}".to_owned(),
    ] {
        let request = app.request(reqwest::Method::POST, "/admin/flags");
        let answer = send(request.header("Content-Type", "application/json").body(body.clone())).await;
        answer.refused(400);
        assert!(answer.body.len() < 8 * 1024, "{}: {} bytes", &body[..40.min(body.len())], answer.body.len());
    }
    for body in [format!("{{\"context\":{}}}", deep("[", "]")), format!("{{\"context\":{{\"a\":{}}}}}", deep("[", "]"))]
    {
        let request = app.request(reqwest::Method::POST, OFREP).header("Content-Type", "application/json");
        send(request.body(body)).await.assert_status(400);
    }
    assert_eq!(app.get("/admin/flags").await.body, "[]");
}

#[tokio::test]
async fn a_rule_that_takes_for_ever_is_given_up_and_harms_no_other() {
    let app = spawn_app(Storage::sqlite()).await;
    let endless = json!({"reduce": [
        {"var": "list"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "xxxxxxxxxxxxxxxx"
    ]});
    app.put_flag(json!({"id": "endless", "targeting": endless})).await;
    app.simple("good").await;
    let context = json!({"list": vec![0; 5000]});
    assert_eq!(app.evaluate("endless", context.clone()).await.expect(400).json()["errorCode"], "GENERAL");
    let flags = app.bulk(context, &[]).await.expect(200).list("flags");
    assert_eq!((&flags[0]["errorCode"], &flags[1]["value"]), (&json!("GENERAL"), &json!(true)));
}

#[tokio::test]
async fn lists_that_grow_without_end_are_given_up_too() {
    let app = spawn_app(Storage::sqlite()).await;
    let accumulator = json!({"var": "accumulator"});
    for (id, rule) in [
        // twice as many values with each item; one level deeper with each item
        ("doubled", json!({"reduce": [{"var": "list"}, [accumulator, accumulator], 0]})),
        ("nested", json!({"reduce": [{"var": "list"}, [accumulator], 0]})),
        ("walked", json!({"some": [{"var": "list"}, {"in": [{"var": ""}, vec![1; 1000]]}]})),
    ] {
        app.put_flag(json!({"id": id, "targeting": {"if": [rule, "on", "off"]}})).await;
        let context = json!({"list": vec![0; 20_000]});
        assert_eq!(app.evaluate(id, context).await.expect(400).json()["errorCode"], "GENERAL", "{id}");
    }
}

#[tokio::test]
async fn what_is_taken_can_be_read_again_however_deep_it_is() {
    let storage = Storage::sqlite();
    let app = spawn_app(storage).await;
    let (mut taken, mut refused) = (0, 0);
    for levels in (40..=127).step_by(3) {
        let rule = (0..levels).fold(json!(null), |inner, _| json!({"!": inner}));
        let body = serde_json::to_string(&json!({"id": format!("deep-{levels}"), "targeting": rule})).unwrap();
        let request = app.request(reqwest::Method::POST, "/admin/flags").header("Content-Type", "application/json");
        match send(request.body(body)).await.status {
            201 => taken += 1,
            400 => refused += 1,
            other => panic!("{levels} levels: {other}"),
        }
    }
    assert!(taken > 5 && refused > 15, "{taken} were taken and {refused} refused");
    // another instance loads what the first one took
    let loaded = app.replica().await.get("/admin/flags").await.expect(200).json();
    assert_eq!(loaded.as_array().map(Vec::len), Some(taken));
}

#[tokio::test]
async fn nothing_from_a_request_becomes_a_header() {
    let app = spawn_app(Storage::sqlite()).await;
    app.simple("a").await;
    app.simple("b").await;
    for target in ["/flags?user=%0d%0aX-Evil:%20yes", "/admin/flags?limit=1&cursor=%0d%0aX-Evil:%20yes"] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n");
        let answer = exchange(app.address, request).await;
        assert!(answer.headers.get("x-evil").is_none(), "{target}: {answer}");
    }
}

#[tokio::test]
async fn rules_that_take_for_ever_share_what_a_request_may_cost() {
    let app = spawn_app(Storage::sqlite()).await;
    let endless = json!({"reduce": [
        {"var": "list"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "xxxxxxxxxxxxxxxx"
    ]});
    app.put_flag(json!({"id": "a-good", "targeting": {"if": [{"var": "list"}, "on", "off"]}})).await;
    for number in 0..8 {
        app.put_flag(json!({"id": format!("endless-{number}"), "targeting": endless})).await;
    }
    app.put_flag(json!({"id": "same-for-all"})).await;
    app.put_flag(json!({"id": "too-late", "targeting": {"if": [{"var": "list"}, "on", "off"]}})).await;
    let flags = app.bulk(json!({"list": vec![0; 5000]}), &[]).await.expect(200).list("flags");
    let told: Vec<_> = flags.iter().map(|flag| flag["errorCode"].as_str().unwrap_or("none")).collect();
    let expected = [&["none"][..], &["GENERAL"; 8], &["none", "GENERAL"]].concat();
    assert_eq!(told, expected);
    // alone it has enough
    assert_eq!(app.variation("too-late", "x").await, "off");
}

#[tokio::test]
async fn an_explanation_is_bounded() {
    let app = spawn_app(Storage::sqlite()).await;
    let arm = |number: u32| {
        [json!({"or": [{"map": [{"var": "list"}, {"var": ""}]}, {"var": number.to_string()}]}), json!("on")]
    };
    let arms: Vec<_> = (0..500).flat_map(arm).collect();
    app.put_flag(json!({"id": "a", "targeting": {"if": arms}})).await;
    let context = json!({"context": {"list": vec!["x".repeat(50); 800]}});
    let told = app.post("/admin/flags/a/explain", &context).await.expect(200);
    assert!(told.body.len() < 512 * 1024, "{} bytes", told.body.len());
    assert_eq!(told.json()["complete"], false);
}

#[tokio::test]
async fn what_is_compared_costs_as_much_as_it_is_long() {
    let app = spawn_app(Storage::sqlite()).await;
    let compared: Vec<_> = (0..200).map(|number| json!({"==": [{"var": "list"}, number.to_string()]})).collect();
    app.put_flag(json!({"id": "a", "targeting": {"if": [{"or": compared}, "on", "off"]}})).await;
    let context = json!({"targetingKey": "x", "list": vec![0; 10_000]});
    assert_eq!(app.evaluate("a", context).await.expect(400).json()["errorCode"], "GENERAL");
    // of an honest length it is worked out
    let context = json!({"targetingKey": "x", "list": vec![0; 100]});
    assert_eq!(app.evaluate("a", context).await.expect(200).json()["variant"], "off");
}
