//! Clients that are broken, slow or mean, against the real program: each is answered with 4xx or closed, memory is
//! bounded, and everybody else is served meanwhile.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use testbed::answer::Answer;
use testbed::client::{http, send};
use testbed::process::{Program, Running};
use testbed::raw::{Connection, exchange};
use testbed::service::TOKEN;
use tokio::time::{Instant, sleep, timeout};

use crate::app::{server, spawn_app};
use crate::storage::Storage;

/// How much more memory the program may have afterwards: room for a few hundred connections with full buffers.
const GROWTH: u64 = 48 * 1024 * 1024;

/// How long everybody else may have to wait, on a machine that runs the rest of the suite too.
const SERVED: Duration = Duration::from_secs(5);

fn program(storage: &Storage) -> Running {
    let program = Program::new(env!("CARGO_BIN_EXE_inventory-api"));
    program.env("DATABASE_URL", storage.url()).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "error").start()
}

/// Resident memory of a process, in bytes.
fn memory(running: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

/// Let these clients at the program while somebody else reads and writes; afterwards it must be as well as before.
async fn survive<T>(running: &Running, hostile: impl Future<Output = T>) -> T {
    let client = http();
    let before = memory(running);
    let bystander = async {
        loop {
            let read = timeout(SERVED, send(client.get(running.url("/api/v1/servers")))).await.expect("a read in time");
            assert_eq!(read.status, 200);
            let write = client.patch(running.url("/api/v1/servers/1")).bearer_auth(TOKEN);
            let write = timeout(SERVED, send(write.json(&json!({"status": "up"})))).await.expect("a write in time");
            assert_eq!(write.status, 200);
            sleep(Duration::from_millis(20)).await;
        }
    };
    let result = tokio::select! {
        result = hostile => result,
        () = bystander => unreachable!("it goes on until the others have done"),
    };
    let grown = memory(running).saturating_sub(before);
    assert!(grown < GROWTH, "memory has grown by {grown} bytes");
    result
}

/// The head of a write with the token, and of what comes after it.
fn post(path: &str, more: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n{more}\r\n"
    )
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n")
}

#[tokio::test]
async fn what_is_no_request_is_refused_or_closed() {
    let storage = Storage::sqlite();
    let running = program(&storage);
    let many_headers = "X-Header: one of ten thousand\r\n".repeat(10_000);
    let short_headers = "X:y\r\n".repeat(10_000);
    let long = "x".repeat(1_000_000);
    let requests: Vec<Vec<u8>> = [
        "\r\n\r\nnonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /api/v1/servers HTTP/1.1\r\n\r\n",
        "GET /api/v1/servers HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /api/v1/servers HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
        "GET /api/v1/servers HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n",
        "GET /api/v1/servers HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\x02\0\x01\0\x01",
        &format!("GET /api/v1/servers HTTP/1.1\r\nHost: x\r\n{many_headers}\r\n"),
        &format!("GET /api/v1/servers HTTP/1.1\r\nHost: x\r\n{short_headers}\r\n"),
        &format!("GET /api/v1/servers HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"),
        &format!("{long} /api/v1/servers HTTP/1.1\r\nHost: x\r\n\r\n"),
        &get(&format!("/{long}")),
        &get(&format!("/api/v1/servers?q={long}")),
    ]
    .into_iter()
    .map(|text| text.as_bytes().to_vec())
    .chain([b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), b"GET /?q=\xff HTTP/1.1\r\nHost: x\r\n\r\n".to_vec()])
    .collect();
    let one = async |request: &Vec<u8>| {
        let mut connection = Connection::to(running.address()).await;
        connection.send(request).await;
        let shown = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        if let Some(answer) = connection.answer().await {
            assert!((400..500).contains(&answer.status), "{shown:?}: {answer}");
        }
        assert!(connection.is_closed().await, "{shown:?}");
    };
    survive(&running, join_all(requests.iter().map(one))).await;
}

#[tokio::test]
async fn no_request_hides_in_another() {
    let storage = Storage::sqlite();
    let running = program(&storage);
    let hidden = "DELETE /api/v1/servers/2 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the-token-of-the-tests\r\n\r\n";
    let length = hidden.len();
    let chunk = format!("0\r\n\r\n{hidden}");
    let pairs = [
        (format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", chunk.len()), chunk.as_str()),
        (format!("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n", chunk.len()), &chunk),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n".to_owned(), &chunk),
        ("Transfer-Encoding: identity, chunked\r\n".to_owned(), &chunk),
        ("Transfer-Encoding: xchunked\r\n".to_owned(), &chunk),
        ("Transfer-Encoding : chunked\r\n".to_owned(), &chunk),
        ("Transfer-Encoding: \x0bchunked\r\n".to_owned(), &chunk),
        (format!("Content-Length: 0\r\nContent-Length: {length}\r\n"), hidden),
        (format!("Content-Length: {length}\r\nContent-Length: 0\r\n"), hidden),
        (format!("Content-Length: 0, {length}\r\n"), hidden),
        ("Content-Length: +0\r\n".to_owned(), hidden),
        ("Content-Length: -1\r\n".to_owned(), hidden),
        ("Content-Length: 0x0\r\n".to_owned(), hidden),
        ("Content-Length: 18446744073709551616\r\n".to_owned(), hidden),
        ("Transfer-Encoding: chunked\r\n".to_owned(), &format!("-1\r\n{hidden}")),
        ("Transfer-Encoding: chunked\r\n".to_owned(), &format!("0x0\r\n\r\n{hidden}")),
        ("Transfer-Encoding: chunked\r\n".to_owned(), &format!("10000000000000000\r\n{hidden}")),
    ];
    let one = async |(headers, rest): &(String, &str)| {
        let mut connection = Connection::to(running.address()).await;
        connection.send(post("/api/v1/servers", headers) + rest).await;
        if let Some(answer) = connection.answer().await {
            assert!((400..500).contains(&answer.status), "{headers}{answer}");
        }
        let second = connection.answer().await;
        assert!(second.is_none(), "{headers}: a second answer to one request: {second:?}");
    };
    survive(&running, join_all(pairs.iter().map(one))).await;
    let there = send(http().get(running.url("/api/v1/servers/2"))).await;
    assert_eq!(there.status, 200, "a hidden request was carried out");
}

#[tokio::test]
async fn a_body_without_end_is_not_kept() {
    let storage = Storage::sqlite();
    let running = program(&storage);
    let announced = async |path: &str, token: bool, status: u16| {
        let mut head = post(path, "Content-Length: 1073741824\r\n");
        if !token {
            head = head.replace(TOKEN, "wrong");
        }
        let answer = exchange(running.address(), head).await;
        answer.refused(status);
    };
    let endless = async |path: &str, media_type: &str| -> Answer {
        let head = post(path, "Transfer-Encoding: chunked\r\n").replace("application/json", media_type);
        let mut connection = Connection::to(running.address()).await;
        connection.send(head).await;
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
        // 256 MB, or as much as the service takes
        for _ in 0..4096 {
            if !connection.send(&chunk).await {
                break;
            }
            if connection.has_received().await {
                break;
            }
        }
        connection.answer().await.expect("an answer, not a reset")
    };
    survive(&running, async {
        announced("/api/v1/servers", true, 413).await;
        announced("/api/v1/servers/import", true, 415).await;
        announced("/api/v1/servers", false, 401).await;
        announced("/nowhere", true, 404).await;
        endless("/api/v1/servers", "application/json").await.refused(413);
        endless("/api/v1/servers/import", "text/csv").await.refused(413);
    })
    .await;
}

#[tokio::test]
async fn strange_bodies_are_refused() {
    let storage = Storage::sqlite();
    let running = program(&storage);
    let client = http();
    let with = |field: &str, value: &str| {
        let mut server = server("strange", "10.1.0.1", "up");
        server[field] = json!("HERE");
        server.to_string().replace("\"HERE\"", value)
    };
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let bodies = [
        deep("[", "]"),
        "[".repeat(60_000),
        deep("{\"a\":", "}"),
        with("tags", &deep("[", "]")),
        with("status", &"9".repeat(50_000)),
        with("ip", "-0.0e-99999"),
        with("tags", &format!("[{}\"a\"]", "\"a\",".repeat(10_000))),
        with("description", &format!("\"{}\"", "\\u0000".repeat(10_000))),
        with("description", "\"\\ud800\""),
        with("hostname", "\"a\\u0000b\""),
        with("hostname", "\"a\\r\\nX-Evil: 1\""),
        format!("{{{}\"a\":1}}", "\"hostname\":\"a\",".repeat(3_000)),
    ];
    survive(&running, async {
        for body in &bodies {
            let request = client.post(running.url("/api/v1/servers")).bearer_auth(TOKEN);
            let answer = send(request.header("Content-Type", "application/json").body(body.clone())).await;
            answer.refused(400);
            assert!(answer.body.len() < 128 * 1024, "{}: {} bytes", &body[..60], answer.body.len());
        }
        let tables = ["\"".repeat(1_000_000), ",".repeat(1_000_000), ";\n".repeat(500_000), "\0".repeat(1_000_000)];
        for table in tables {
            let request = client.post(running.url("/api/v1/servers/import")).bearer_auth(TOKEN);
            let answer = send(request.header("Content-Type", "text/csv").body(table.clone())).await;
            answer.refused(400);
            assert!(answer.body.len() < 1024 * 1024, "{:?}: {} bytes", &table[..3], answer.body.len());
        }
    })
    .await;
    assert_eq!(send(client.get(running.url("/api/v1/servers"))).await.json()["count"], 2);
    // what the service gives is skipped, however deep or large it is
    for id in [deep("[", "]"), deep("{\"a\":", "}").replace(":}", ":1}"), "-1e999999999".to_owned()] {
        let request = client.patch(running.url("/api/v1/servers/1")).bearer_auth(TOKEN);
        let request = request.header("Content-Type", "application/json").body(format!("{{\"id\":{id}}}"));
        assert_eq!(send(request).await.json()["version"], 1);
    }
}

#[tokio::test]
async fn nothing_from_a_request_becomes_a_header() {
    let app = spawn_app(Storage::sqlite()).await;
    for query in [
        "cursor=%0d%0aX-Evil:%20yes",
        "limit=1&q=%0d%0aX-Evil:%20yes",
        "limit=1&%0d%0aX-Evil:%20yes=1",
        "limit=1&q=%3E;%20rel=%22evil%22",
        "limit=1&sort=%0aX-Evil:yes",
    ] {
        let answer = exchange(app.address, get(&format!("/api/v1/servers?{query}"))).await;
        assert!(matches!(answer.status, 200 | 400), "{query}: {answer}");
        assert!(answer.headers.get("x-evil").is_none() && answer.next().is_none(), "{query}: {answer}");
    }
    // what is kept in the link means what the client wrote, and has one cursor however that was spelled
    let answer = exchange(app.address, get("/api/v1/servers?q=%70rod&limit=1&curs%6fr=eyJpZCI6MH0&&")).await;
    assert_eq!(answer.next().as_deref(), Some("/api/v1/servers?q=prod&limit=1&cursor=eyJpZCI6MX0"));
    let request = "GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\u{e9}\r\n\r\n";
    assert!(exchange(app.address, request).await.header("x-request-id").is_ascii());
}

#[tokio::test]
async fn a_long_query_is_not_answered_with_a_longer_one() {
    let app = spawn_app(Storage::sqlite()).await;
    let query = "a&".repeat(20_000);
    let answer = exchange(app.address, get(&format!("/api/v1/servers?{query}"))).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.len() < query.len(), "{} bytes", answer.body.len());
}

/// The one test that takes half a minute: the service gives a body 30 seconds.
#[tokio::test]
async fn slow_clients_are_cut_off_and_hold_up_nobody() {
    let storage = Storage::sqlite();
    let running = program(&storage);
    let started = Instant::now();
    // heads that never end, a piece now and then
    let slow_head = async |_: usize| {
        let mut connection = Connection::to(running.address()).await;
        connection.send("GET /api/v1/servers HTTP/1.1\r\nHost: x\r\n").await;
        while !connection.has_received().await && connection.send("X: y\r\n").await {
            sleep(Duration::from_millis(500)).await;
        }
        if let Some(answer) = connection.answer().await {
            assert_eq!(answer.status, 408);
        }
        assert!(connection.is_closed().await);
        assert!(started.elapsed() < Duration::from_secs(20), "{:?} for a head", started.elapsed());
    };
    // bodies of which a byte comes each second
    let slow_body = async |_: usize| {
        let mut connection = Connection::to(running.address()).await;
        connection.send(post("/api/v1/servers", "Content-Length: 1000\r\n")).await;
        while !connection.has_received().await && connection.send(" ").await {
            sleep(Duration::from_secs(1)).await;
        }
        connection.answer().await.expect("an answer").refused(408);
        assert!(connection.is_closed().await);
    };
    survive(&running, async { tokio::join!(join_all((0..200).map(slow_head)), join_all((0..50).map(slow_body))) })
        .await;
}
