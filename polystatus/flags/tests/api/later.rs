//! What is planned, and what becomes of it.

use std::time::Duration;

use serde_json::{Value, json};
use testbed::client::Client;
use testbed::wait;

use crate::app::text;

/// Plan a change; where the plan can be read.
pub async fn plan(app: &Client, at: i64, change: Value) -> String {
    let answer = app.post("/admin/schedules", &json!({"at": at, "change": change})).await.expect(201);
    format!("/admin/schedules/{}", text(&answer.json(), "id"))
}

/// What became of a planned change.
pub async fn until_settled(app: &Client, schedule: &str) -> Value {
    wait::until_async("it does not wait any more", Duration::from_secs(20), async || {
        let now = app.get(schedule).await.expect(200).json();
        (now["state"] != "pending").then_some(now)
    })
    .await
}
