//! Whatever is wrong, the answer has the one shape of errors.

use std::fmt::Write;

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::answer::Answer;
use testbed::client::send;
use testbed::raw;
use testbed::service::TOKEN;

use crate::app::{TestApp, server, spawn_app};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    a_hostname_that_is_taken_is_a_conflict,
    what_breaks_a_rule_is_named_field_by_field,
}

const SERVERS: &str = "/api/v1/servers";

async fn post_text(app: &TestApp, media_type: &str, text: impl Into<reqwest::Body>) -> Answer {
    app.import(SERVERS, media_type, text).await
}

#[tokio::test]
async fn an_unknown_address_is_not_found() {
    let app = spawn_app(Storage::sqlite()).await;
    for path in ["/", "/api", "/api/v1", "/api/v1/servers/", "/api/v1/servers/1/x", "/api/v2/servers", "//", "/%00"] {
        assert_eq!(app.get(path).await.refused(404), "There is nothing at this address", "{path}");
        // nor is it told to a stranger by another refusal that a write there would need a token
        send(app.stranger().request(Method::POST, path)).await.refused(404);
    }
    for id in ["0", "-1", "x", "9223372036854775807", "9223372036854775808", "1.0", "%31%20", "1%00", "١"] {
        assert_eq!(app.get(&format!("{SERVERS}/{id}")).await.refused(404), "Server not found", "{id}");
        assert_eq!(app.get(&format!("{SERVERS}/{id}/history")).await.refused(404), "Server not found", "{id}");
        assert_eq!(app.delete(&format!("{SERVERS}/{id}")).await.refused(404), "Server not found", "{id}");
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has() {
    let app = spawn_app(Storage::sqlite()).await;
    for (method, path, allow) in [
        (Method::DELETE, SERVERS, "GET, HEAD, POST"),
        (Method::POST, "/api/v1/servers/1", "GET, HEAD, PUT, PATCH, DELETE"),
        (Method::POST, "/api/v1/servers/sd", "GET, HEAD"),
        (Method::PUT, "/api/v1/health", "GET, HEAD"),
        (Method::POST, "/metrics", "GET, HEAD"),
        (Method::OPTIONS, SERVERS, "GET, HEAD, POST"),
        (Method::TRACE, SERVERS, "GET, HEAD, POST"),
        (Method::from_bytes(b"BREW").unwrap(), SERVERS, "GET, HEAD, POST"),
    ] {
        let answer = send(app.request(method.clone(), path)).await;
        answer.refused(405);
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let app = spawn_app(Storage::sqlite()).await;
    for text in ["", " ", "{", "{\"hostname\":}", "nonsense", "{} {}", "\u{feff}{}", "{\"ip\":\"::1\",}"] {
        let message = post_text(&app, "application/json", text).await.refused(400);
        assert!(message.starts_with("The body is not JSON"), "{text:?}: {message}");
    }
    for bytes in [&b"\xff\xfe{\0}\0"[..], b"{\"hostname\":\"\xc3\x28\"}", b"\"\\ud800\"", b"\0"] {
        post_text(&app, "application/json", bytes).await.refused(400);
    }
    for text in [
        "null",
        "[]",
        "[\"a\",\"::1\",\"up\"]",
        "1",
        "\"text\"",
        "{\"hostname\": 1}",
        "{\"tags\": {}}",
        "{\"nothing\": 1}",
    ] {
        post_text(&app, "application/json", text).await.refused(400);
    }
    assert_eq!(app.hostnames().await, ["db-prod-01", "web-prod-01"]);
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let app = spawn_app(Storage::sqlite()).await;
    let right = server("a", "10.1.0.1", "up").to_string();
    for media_type in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "json", ""] {
        post_text(&app, media_type, right.clone()).await.refused(415);
    }
    send(app.request(Method::POST, SERVERS).body(right.clone())).await.refused(415);
    let answer = app.import("/api/v1/servers/import", "application/json", right.clone()).await;
    assert_snapshot!("an_import_of_another_type", answer);
    // parameters and case belong to the right type all the same
    for media_type in ["application/json; charset=utf-8", "Application/JSON"] {
        let answer = post_text(&app, media_type, right.clone()).await;
        assert_ne!(answer.status, 415, "{media_type}: {answer}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let app = spawn_app(Storage::sqlite()).await;
    let large = format!("{{\"description\":\"{}\"}}", "x".repeat(64 * 1024));
    assert_snapshot!("declared", post_text(&app, "application/json", large.clone()).await);
    // in chunks, without a length
    let mut chunked = format!(
        "POST {SERVERS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
         Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    for piece in large.as_bytes().chunks(1024) {
        write!(chunked, "{:x}\r\n{}\r\n", piece.len(), str::from_utf8(piece).unwrap()).unwrap();
    }
    raw::exchange(app.address, chunked + "0\r\n\r\n").await.refused(413);
    let file = vec![b'\n'; 8 * 1024 * 1024 + 1];
    app.import("/api/v1/servers/import", "text/csv", file).await.refused(413);
}

#[tokio::test]
async fn a_write_needs_the_token() {
    let app = spawn_app(Storage::sqlite()).await;
    let one = "/api/v1/servers/1";
    let writes = [
        (Method::POST, SERVERS),
        (Method::POST, "/api/v1/servers/import"),
        (Method::PUT, one),
        (Method::PATCH, one),
        (Method::DELETE, one),
    ];
    for (method, path) in writes {
        for authorization in [
            None,
            Some("Bearer wrong"),
            Some("Bearer"),
            Some("Basic dXNlcjpwYXNz"),
            Some(TOKEN),
            Some(&format!("Bearer {TOKEN}x")),
        ] {
            // what is wrong with the body is not a stranger's business
            let mut request = app.stranger().request(method.clone(), path).body("nonsense");
            if let Some(value) = authorization {
                request = request.header("Authorization", value);
            }
            let answer = send(request).await;
            answer.refused(401);
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{method} {path} {authorization:?}");
        }
    }
    assert_snapshot!("without_a_token", app.stranger().delete(one).await);
    assert_snapshot!("with_a_wrong_token", app.as_("wrong").delete(one).await);
    assert_eq!(app.hostnames().await, ["db-prod-01", "web-prod-01"]);
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named() {
    let app = spawn_app(Storage::sqlite()).await;
    for (query, field) in [
        ("status=UP", "status"),
        ("status=", "status"),
        ("status=up,down", "status"),
        ("tag=Web", "tag"),
        ("tag=", "tag"),
        ("sort=name", "sort"),
        ("sort=--id", "sort"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=-1", "limit"),
        ("limit=1e2", "limit"),
        ("limit=99999999999999999999999999", "limit"),
        ("limit=", "limit"),
        ("cursor=", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=bm9uc2Vuc2U", "cursor"),
        ("stauts=up", "stauts"),
        ("Status=up", "Status"),
        ("limit=1&limit=2", "limit"),
        ("status=up&status=up", "status"),
        ("=", ""),
    ] {
        let answer = app.get(&format!("{SERVERS}?{query}")).await;
        answer.refused(400);
        let details = &answer.json()["details"];
        assert_eq!((details.as_array().map(Vec::len), &details[0]["field"]), (Some(1), &json!(field)), "{query}");
    }
    assert_snapshot!("every_wrong_parameter", app.get("/api/v1/servers?status=broken&limit=0&colour=red").await);
    for path in ["servers.csv?limit=1", "servers/sd?port=0", "servers/sd?port=65536", "servers/ansible?statu=up"] {
        app.get(&format!("/api/v1/{path}")).await.refused(400);
    }
    app.get("/api/v1/servers/1/history?sort=id").await.refused(400);
    app.import("/api/v1/servers/import?on_existing=replace", "text/csv", "x").await.refused(400);
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let app = spawn_app(Storage::sqlite()).await;
    let by_name = app.get("/api/v1/servers?sort=hostname&limit=1").await.next().unwrap();
    let (_, cursor) = by_name.split_once("cursor=").unwrap();
    let answer = app.get(&format!("{SERVERS}?sort=ip&limit=1&cursor={cursor}")).await;
    assert_eq!(answer.refused(400), "The request is not valid");
    assert_eq!(answer.json()["details"][0]["field"], "cursor");
    app.get(&format!("/api/v1/servers/1/history?cursor={cursor}")).await.refused(400);
}

async fn a_hostname_that_is_taken_is_a_conflict(storage: Storage) {
    let app = spawn_app(storage).await;
    // names that differ in case are one name
    assert_snapshot!("conflict", app.post(SERVERS, &server("WEB-prod-01", "10.1.0.1", "up")).await);
    app.put("/api/v1/servers/2", &server("web-prod-01", "10.1.0.1", "up")).await.refused(409);
    app.patch("/api/v1/servers/2", &json!({"hostname": "web-prod-01"})).await.refused(409);
    assert_eq!(app.hostnames().await, ["db-prod-01", "web-prod-01"]);
}

async fn what_breaks_a_rule_is_named_field_by_field(storage: Storage) {
    let app = spawn_app(storage).await;
    assert_snapshot!("missing_fields", app.post(SERVERS, &json!({})).await);
    let everything_wrong = json!({
        "hostname": "-web", "ip": "10.0.0.256", "status": "broken", "tags": ["ok", "Not"], "description": "a\u{0}b"
    });
    assert_snapshot!("wrong_fields", app.post(SERVERS, &everything_wrong).await);
    app.put("/api/v1/servers/1", &everything_wrong).await.refused(400);
    app.patch("/api/v1/servers/1", &everything_wrong).await.refused(400);
    app.put("/api/v1/servers/1", &json!({"status": "down"})).await.refused(400);
    app.patch("/api/v1/servers/1", &json!({"ip": null})).await.refused(400);
    assert_snapshot!("unknown_field", app.patch("/api/v1/servers/1", &json!({"hostnme": "a"})).await);
    assert_eq!(app.get("/api/v1/servers/1").await.json()["version"], 1);
}
