//! The banner.

use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::service::START;
use testbed::storage::Storage;

use crate::app::spawn_app;

#[tokio::test]
async fn a_banner_is_shown_from_its_beginning_to_its_end() {
    let app = spawn_app(Storage::sqlite()).await;
    assert_eq!(app.get("/api/v1/banner").await.refused(404), "There is no banner");
    let banner =
        json!({"text": "Payments are off tonight", "level": "warning", "from": START + 10, "until": START + 20});
    let put = app.put("/api/v1/banner", &banner).await.expect(200);
    assert_eq!((&put.json()["active"], &put.json()["level"]), (&json!(false), &json!("warning")));
    let active = async || app.stranger().get("/api/v1/banner").await.expect(200).json()["active"].clone();
    app.clock.advance(10);
    assert_eq!(active().await, true);
    app.clock.advance(10);
    assert_eq!(active().await, false);
    let stale = app.request(Method::PUT, "/api/v1/banner").header("If-Match", "\"1234\"");
    send(stale.json(&json!({"text": "x"}))).await.refused(412);
    app.delete("/api/v1/banner").await.assert_status(204);
    app.delete("/api/v1/banner").await.refused(404);
    app.put("/api/v1/banner", &json!({"text": "x", "from": 5, "until": 5})).await.refused(400);
}
