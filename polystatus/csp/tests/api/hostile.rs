//! Clients and providers that are broken or mean: each costs bounded memory and harms nobody else.

use serde_json::json;
use testbed::client::{Client, send};
use testbed::process::{Program, Running};
use testbed::raw::Connection;
use testbed::service::TOKEN;
use testbed::storage::Storage;

use crate::app::spawn_app;
use crate::feed_server::{FeedServer, Reply, packed};

/// How much more memory the program may have afterwards.
const GROWTH: u64 = 48 * 1024 * 1024;

/// The same after feeds: four at once of 8 MiB, each in a buffer that doubles, and what the allocator keeps. Without
/// bounds it would be a gigabyte for the bombs alone, and no end for the others.
const GROWTH_BY_FEEDS: u64 = 160 * 1024 * 1024;

fn program(storage: &Storage) -> Running {
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-csp"));
    let program = program.env("STORE_URL", storage.url()).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "error");
    program
        .env("CATALOGUE", "none")
        .env("POLL_SECONDS", "0")
        .env("PRIVATE_FEEDS", "true")
        .env("FETCH_SECONDS", "5")
        .env("REFRESH_SECONDS", "0")
        .start()
}

/// Resident memory of a process, in bytes.
fn memory(running: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn feeds_without_end_and_bombs_cost_bounded_memory() {
    let storage = Storage::sqlite();
    let running = program(&storage);
    let client = Client::of(running.address()).as_(TOKEN);
    let server = FeedServer::start().await;
    let bomb = packed(&vec![b' '; 256 * 1024 * 1024]);
    for number in 0..15 {
        let (path, reply) = match number % 5 {
            0 => (
                format!("/bomb-{number}"),
                Reply::Whole(200, vec![("Content-Encoding", "gzip".to_owned())], bomb.clone()),
            ),
            1 => (format!("/endless-{number}"), Reply::Endless),
            // many small things: 8 MiB of empty incidents, and of empty elements
            2 => (
                format!("/many-{number}"),
                Reply::Whole(
                    200,
                    Vec::new(),
                    format!("{{\"page\":{{}},\"incidents\":[{}{{}}]}}", "{},".repeat(2_700_000)).into(),
                ),
            ),
            3 => (
                format!("/words-{number}"),
                Reply::Whole(
                    200,
                    Vec::new(),
                    format!("[{{\"arn\":\"a\",\"status\":[{}0]}}]", "0,".repeat(4_000_000)).into(),
                ),
            ),
            _ => (
                format!("/deep-{number}"),
                Reply::Whole(200, Vec::new(), format!("<rss>{}</rss>", "<a/>".repeat(2_000_000)).into()),
            ),
        };
        server.reply(&path, reply);
        let provider = json!({"name": path, "feed_url": server.at(&path), "type": "json"});
        client.post("/api/v1/csp/providers", &provider).await.assert_status(201);
    }
    let before = memory(&running);
    for _ in 0..3 {
        let refreshed = client.post("/api/v1/csp/refresh", &json!(null)).await.expect(200).json();
        assert_eq!(refreshed["failed"], 15, "{refreshed}");
    }
    let grown = memory(&running).saturating_sub(before);
    assert!(grown < GROWTH_BY_FEEDS, "memory has grown by {grown} bytes");
}

#[tokio::test]
async fn a_body_without_end_is_not_kept() {
    let storage = Storage::sqlite();
    let running = program(&storage);
    let before = memory(&running);
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    for path in ["/api/v1/csp/providers", "/api/v1/incidents"] {
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
async fn strange_bodies_are_refused() {
    let app = spawn_app(Storage::sqlite()).await;
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(5_000), close.repeat(5_000));
    for body in [
        deep("[", "]"),
        deep("{\"watch\":", "}"),
        format!(
            "{{\"name\":\"x\",\"feed_url\":\"https://example.org/\",\"type\":\"json\",\"watch\":{{\"regions\":[{}\"a\"]}}}}",
            "\"a\",".repeat(10_000)
        ),
        "{\"name\":\"a\\r\\nX-Evil: 1\",\"feed_url\":\"https://example.org/\",\"type\":\"json\"}".to_owned(),
        "{\"name\":\"a\",\"feed_url\":\"https://example.org/\\r\\nX-Evil: 1\",\"type\":\"json\"}".to_owned(),
        format!("{{\"name\":\"a\",\"feed_url\":\"https://example.org/{}\",\"type\":\"json\"}}", "a".repeat(3000)),
        "{\"name\":\"\\ud800\",\"feed_url\":\"https://example.org/\",\"type\":\"json\"}".to_owned(),
    ] {
        let request = app.request(reqwest::Method::POST, "/api/v1/csp/providers");
        let answer = send(request.header("Content-Type", "application/json").body(body.clone())).await;
        answer.refused(400);
        assert!(answer.body.len() < 8 * 1024, "{}: {} bytes", &body[..40.min(body.len())], answer.body.len());
    }
    assert_eq!(app.get("/api/v1/csp/providers").await.body, "[]");
}

#[tokio::test]
async fn what_a_provider_writes_is_text_and_nothing_else() {
    let app = spawn_app(Storage::sqlite()).await;
    let evil = json!({
        "page": {"name": "<script>alert(1)</script>"}, "status": {"indicator": "minor", "description": "a\u{0}\u{1b}[31m\nb"},
        "incidents": [{
            "id": "../../<x>", "name": "<img src=x onerror=alert(1)>Trouble\r\nX-Evil: 1", "status": "investigating", "impact": "minor",
            "shortlink": "javascript:alert(1)", "created_at": "2023-11-14T22:00:00Z",
            "incident_updates": [{"body": "<p onclick=alert(1)>We <script>look</script></p>"}], "components": [],
        }],
    });
    let server = FeedServer::with(evil.to_string()).await;
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    let event = &app.events("").await[0];
    assert_eq!((&event["title"], &event["message"]), (&json!("Trouble X-Evil: 1"), &json!("We look")));
    assert_eq!((&event["url"], event["id"].as_str().unwrap().len()), (&json!(null), 32));
    assert_eq!(app.status("forge").await["native"], "a [31m b");
}
