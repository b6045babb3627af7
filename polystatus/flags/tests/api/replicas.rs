//! Several instances on one Redis.

use std::time::Duration;

use serde_json::{Value, json};
use testbed::wait;

use crate::app::{TestApp, spawn_app};

const FOLLOWED: Duration = Duration::from_secs(5);

async fn agree(a: &TestApp, b: &TestApp, context: Value) {
    wait::until_async("both to say the same", FOLLOWED, async || {
        let (a, b) = tokio::join!(a.bulk(context.clone(), &[]), b.bulk(context.clone(), &[]));
        (a.body == b.body && a.headers.get("etag") == b.headers.get("etag")).then_some(())
    })
    .await;
}

mod redis {
    use super::*;
    use testbed::storage::Storage;

    #[tokio::test]
    async fn an_instance_follows_what_another_writes() {
        let a = spawn_app(Storage::redis().await).await;
        let b = a.replica().await;
        let rules = json!([{"if": {"segment": "beta"}, "variation": "on"}]);
        a.post("/admin/segments", &json!({"id": "beta", "users": ["nadia"]})).await.assert_status(201);
        a.put_flag(json!({"id": "a", "rules": rules, "fallthrough": {"variation": "off"}})).await;
        agree(&a, &b, json!({"targetingKey": "nadia"})).await;
        // a write sees every write before it, wherever that was made
        b.post("/admin/toggle/a", &json!({"on": false})).await.assert_status(200);
        agree(&a, &b, json!({"targetingKey": "nadia"})).await;
        a.delete("/admin/segments/beta").await.refused(409);
        b.delete("/admin/flags/a").await.assert_status(204);
        agree(&a, &b, json!({})).await;
    }
}
