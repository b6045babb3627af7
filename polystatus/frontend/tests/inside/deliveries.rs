//! What became of what was sent.

use std::time::Duration;

use serde_json::json;
use testbed::wait::until_async;

use crate::world::World;

#[tokio::test]
async fn what_became_of_each_mail_is_listed_by_its_event() {
    let world = World::start().await;
    let browser = world.signed_in("manager").await;
    assert!(browser.get("/admin/deliveries").await.expect(200).body.contains("In all"));
    let body = json!({"email": "zoe@example.org"});
    world.communications.stranger().post("/api/v1/subscriptions/email", &body).await.assert_status(201);
    let page = until_async("the mail is on the page", Duration::from_secs(30), async || {
        let page = browser.get("/admin/deliveries").await.expect(200).body;
        page.contains("z…@example.org").then_some(page)
    })
    .await;
    assert!(!page.contains("zoe@"), "{page}");
    let path = page.split_once("href=\"/admin/deliveries?event=").unwrap().1.split('"').next().unwrap().to_owned();
    let of_event = browser.get(&format!("/admin/deliveries?event={path}")).await.expect(200).body;
    assert!(of_event.contains("z…@example.org") && of_event.contains("All events"), "{of_event}");
    let none = browser.get("/admin/deliveries?event=EVT-none").await.expect(200).body;
    assert!(none.contains("Nothing was to be sent."), "{none}");
}
