//! The text above every page.

use serde_json::json;

use crate::undo::{follow, undo};
use crate::world::World;

#[tokio::test]
async fn a_banner_is_looked_at_put_up_taken_away_and_put_back() {
    let world = World::start().await;
    let browser = world.signed_in("manager").await;
    assert!(browser.get("/admin/banner").await.expect(200).body.contains("There is no banner."));
    let fields = [("text", "No cards <on> Sunday"), ("level", "warning"), ("from", ""), ("until", "2030-01-01T12:00")];
    let preview: Vec<_> = fields.into_iter().chain([("preview", "1")]).collect();
    let page = browser.post("/admin/banner", &preview).await.expect(200);
    assert!(page.body.contains("So it will look") && page.body.contains("No cards &#60;on&#62; Sunday"), "{page}");
    world.communications.get("/api/v1/banner").await.assert_status(404);
    let page = follow(&browser, browser.post("/admin/banner", &fields).await).await;
    assert!(page.body.contains("The banner is up.") && page.body.contains("value=\"2030-01-01T12:00\""), "{page}");
    let banner = world.communications.get("/api/v1/banner").await.expect(200).json();
    assert_eq!((&banner["until"], &banner["level"]), (&json!(1_893_499_200), &json!("warning")));
    let page = follow(&browser, browser.post("/admin/banner/clear", &[]).await).await;
    world.communications.get("/api/v1/banner").await.assert_status(404);
    undo(&browser, &page).await;
    let back = world.communications.get("/api/v1/banner").await.expect(200).json();
    assert_eq!((&back["text"], &back["until"]), (&json!("No cards <on> Sunday"), &json!(1_893_499_200)));
}

#[tokio::test]
async fn what_is_wrong_with_a_banner_is_said_and_another_s_is_not_overwritten() {
    let world = World::start().await;
    let browser = world.signed_in("manager").await;
    browser.get("/admin/banner").await.assert_status(200);
    let page =
        browser.post("/admin/banner", &[("text", "Kept"), ("level", "info"), ("from", "soon")]).await.expect(400);
    assert!(page.body.contains("id=\"from-why\"") && page.body.contains("value=\"Kept\""), "{page}");
    let late = [("text", "Kept"), ("level", "info"), ("from", "2030-01-02T00:00"), ("until", "2030-01-01T00:00")];
    assert!(browser.post("/admin/banner", &late).await.expect(400).body.contains("id=\"until-why\""));
    browser.post("/admin/banner", &[("text", "First"), ("level", "info")]).await.assert_status(303);
    let seen = world.communications.get("/api/v1/banner").await.header("etag").to_owned();
    world.communications.put("/api/v1/banner", &json!({"text": "Of another"})).await.assert_status(200);
    let page =
        browser.post("/admin/banner", &[("text", "Mine"), ("level", "info"), ("version", &seen)]).await.expect(412);
    assert!(page.body.contains("value=\"Mine\"") && page.body.contains("Of another"), "{page}");
}
