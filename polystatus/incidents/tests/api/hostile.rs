//! Clients that are broken or mean: each is answered with 4xx or closed, and memory is bounded.

use futures_util::future::join_all;
use serde_json::json;
use testbed::client::{Client, send};
use testbed::process::{Program, Running};
use testbed::raw::{Connection, exchange};
use testbed::service::TOKEN;

use crate::app::spawn_app;
use testbed::storage::Storage;

/// How much more memory the program may have afterwards.
const GROWTH: u64 = 48 * 1024 * 1024;

fn program(storage: &Storage) -> Running {
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-incidents")).env("TRUSTED_PROXIES", "127.0.0.1");
    program.env("STORE_URL", storage.url()).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "error").start()
}

/// Resident memory of a process, in bytes.
fn memory(running: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn a_body_without_end_is_not_kept() {
    let storage = Storage::sqlite();
    let running = program(&storage);
    let before = memory(&running);
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    for path in ["/api/v1/incidents", "/api/v1/reports"] {
        let mut connection = Connection::to(running.address()).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
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
async fn a_crowd_of_reporters_costs_bounded_memory() {
    let storage = Storage::sqlite();
    let running = program(&storage);
    let client = Client::of(running.address()).as_(TOKEN);
    client.post("/api/v1/services", &json!({"name": "mail"})).await.assert_status(201);
    let before = memory(&running);
    let report = async |person: usize| {
        let request = client.stranger().request(reqwest::Method::POST, "/api/v1/reports");
        let from = format!("{}.{}.{}.1", 11 + person / 65_536, person / 256 % 256, person % 256);
        send(request.header("X-Forwarded-For", from).json(&json!({"service": "mail", "symptom": "slow"}))).await.status
    };
    for hundred in 0..30 {
        let statuses = join_all((0..100).map(|person| report(100 * hundred + person))).await;
        assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
    }
    assert_eq!(client.get("/api/v1/reports/mail").await.json()["symptoms"]["slow"], 3000);
    let grown = memory(&running).saturating_sub(before);
    assert!(grown < GROWTH, "memory has grown by {grown} bytes");
}

#[tokio::test]
async fn strange_bodies_are_refused() {
    let app = spawn_app(Storage::sqlite()).await;
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(5_000), close.repeat(5_000));
    for body in [
        deep("[", "]"),
        deep("{\"title\":", "}"),
        format!("{{\"title\":\"x\",\"sev\":1,\"services\":{}}}", deep("[", "]")),
        format!("{{\"title\":\"x\",\"sev\":1,\"servers\":[{}1]}}", "1,".repeat(10_000)),
        format!("{{\"title\":\"x\",\"sev\":1,\"services\":[{}\"a\"]}}", "\"a\",".repeat(10_000)),
        format!("{{\"title\":\"x\",\"sev\":{}}}", "9".repeat(50_000)),
        "{\"title\":\"x\",\"sev\":1.5}".to_owned(),
        "{\"title\":\"\\ud800\",\"sev\":1}".to_owned(),
        "{\"title\":\"a\\r\\nX-Evil: 1\",\"sev\":1}".to_owned(),
    ] {
        let request = app.request(reqwest::Method::POST, "/api/v1/incidents");
        let answer = send(request.header("Content-Type", "application/json").body(body.clone())).await;
        answer.refused(400);
        assert!(answer.body.len() < 8 * 1024, "{}: {} bytes", &body[..40.min(body.len())], answer.body.len());
    }
    assert_eq!(app.get("/api/v1/incidents").await.body, "[]");
}

#[tokio::test]
async fn nothing_from_a_request_becomes_a_header() {
    let app = spawn_app(Storage::sqlite()).await;
    app.open_one().await;
    app.open_one().await;
    for query in
        ["limit=1&q=%0d%0aX-Evil:%20yes", "limit=1&service=%0d%0aX-Evil:%20yes", "limit=1&q=%3E;%20rel=%22evil%22"]
    {
        let answer = exchange(app.address, format!("GET /api/v1/incidents?{query} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        assert!(matches!(answer.status, 200 | 400), "{query}: {answer}");
        assert!(answer.headers.get("x-evil").is_none(), "{query}: {answer}");
    }
    let evil = "Idempotency-Key: a\r\n\r\nX-Evil: yes";
    let request =
        format!("POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n{evil}\r\n\r\n");
    assert!(exchange(app.address, request).await.headers.get("x-evil").is_none());
}
