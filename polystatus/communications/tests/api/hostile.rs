//! Clients that are broken or mean: each is answered with 4xx, and memory is bounded.

use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::raw::{Connection, exchange};
use testbed::service::TOKEN;
use testbed::storage::Storage;

use crate::app::spawn_app;

#[tokio::test]
async fn a_body_without_end_is_refused() {
    let app = spawn_app(Storage::sqlite()).await;
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    for path in ["/api/v1/public/announce", "/api/v1/subscriptions/email"] {
        let mut connection = Connection::to(app.address).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        connection.send(head).await;
        for _ in 0..256 {
            if !connection.send(&chunk).await || connection.has_received().await {
                break;
            }
        }
        connection.answer().await.expect("an answer, not a reset").refused(413);
    }
}

#[tokio::test]
async fn strange_bodies_are_refused() {
    let app = spawn_app(Storage::sqlite()).await;
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for (path, body) in [
        ("/api/v1/public/announce", format!("{{\"incident_id\":{deep}}}")),
        (
            "/api/v1/public/announce",
            "{\"incident_id\":\"a\",\"message\":\"\\ud800\",\"state\":\"resolved\"}".to_owned(),
        ),
        ("/api/v1/public/announce", "{\"incident_id\":\"../x\",\"message\":\"x\",\"state\":\"resolved\"}".to_owned()),
        (
            "/api/v1/public/announce",
            format!("{{\"incident_id\":\"{}\",\"message\":\"x\",\"state\":\"resolved\"}}", "a".repeat(101)),
        ),
        ("/api/v1/maintenances", "{\"title\":\"x\",\"from\":1e300,\"until\":2}".to_owned()),
        ("/api/v1/maintenances", format!("{{\"title\":\"x\",\"from\":-1,\"until\":{}}}", i64::MAX)),
        ("/api/v1/subscriptions/email", "{\"email\":\"a@b.org\",\"services\":[\"\\u0000\"]}".to_owned()),
        ("/api/v1/webhooks", "{\"url\":\"https://example.org\\r\\nHost: evil/\"}".to_owned()),
    ] {
        let request = app.request(Method::POST, path).header("Content-Type", "application/json");
        let answer = send(request.body(body.clone())).await;
        if body.contains("\\r\\n") {
            // the standard of URLs leaves line ends out: what is kept is one address, whatever was sent
            assert!(matches!(answer.status, 201 | 400), "{answer}");
            continue;
        }
        answer.refused(400);
        assert!(answer.body.len() < 8 * 1024, "{answer}");
    }
}

#[tokio::test]
async fn nothing_from_a_request_becomes_a_header_or_markup() {
    let app = spawn_app(Storage::sqlite()).await;
    app.announce("INC-1", "investigating", "x").await;
    app.announce("INC-2", "investigating", "x").await;
    for query in ["limit=1&cursor=%0d%0aX-Evil:%20yes", "limit=1&x=%3E;%20rel=%22evil%22", "limit=1"] {
        let answer =
            exchange(app.address, format!("GET /api/v1/public/status?{query} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        assert!(answer.headers.get("x-evil").is_none() && matches!(answer.status, 200 | 400), "{query}: {answer}");
    }
    let evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    for path in ["/subscribe/unsubscribe", "/subscribe/confirm"] {
        let page = app.stranger().get(&format!("{path}?token={evil}")).await;
        assert!(!page.body.contains("<script>") && !page.body.contains("alert"), "{page}");
        assert_eq!(
            page.headers["content-security-policy"],
            "default-src 'none'; form-action 'self'; frame-ancestors 'none'"
        );
    }
    for path in ["/badge/%3Cscript%3E.svg", "/badge/..%2f..%2fetc%2fpasswd.svg", "/badge/%00.svg"] {
        app.get(path).await.refused(404);
    }
}

#[tokio::test]
async fn enough_is_enough() {
    let app = spawn_app(Storage::sqlite()).await;
    for number in 0..300 {
        app.announce("INC-1", "investigating", &number.to_string()).await;
    }
    let said = json!({"incident_id": "INC-1", "message": "x", "state": "resolved"});
    app.post("/api/v1/public/announce", &said).await.refused(409);
}
