//! Who may look at what, and change what.

use serde_json::json;

use crate::world::World;

const PAGES: [&str; 6] =
    ["/admin/services", "/admin/flags", "/admin/banner", "/admin/maintenances", "/admin/users", "/admin/deliveries"];

#[tokio::test]
async fn pages_for_managers_are_for_nobody_below_them() {
    let world = World::start().await;
    let (responder, manager) = (world.signed_in("responder").await, world.signed_in("manager").await);
    for path in PAGES {
        world.browser().get(path).await.assert_status(303);
        assert!(responder.get(path).await.expect(403).body.contains("You may not do this."), "{path}");
        manager.get(path).await.assert_status(200);
    }
    // what the page would not show, the services refuse too
    let refused = responder.post("/admin/services", &[("name", "Mail")]).await;
    assert_eq!(refused.status, 403);
    assert_eq!(world.incidents.get("/api/v1/services").await.json(), json!([]));
    let put = responder.post("/admin/banner", &[("text", "Mine"), ("level", "info")]).await;
    assert_eq!(put.status, 403, "{put}");
    world.communications.get("/api/v1/banner").await.assert_status(404);
    // managers look at users; roles are for admins to change
    let invited = manager.post("/admin/users", &[("name", "A"), ("email", "a@example.org"), ("role", "admin")]).await;
    assert!(matches!(invited.status, 400 | 403), "{invited}");
    assert!(!manager.get("/admin/users").await.expect(200).body.contains("a@example.org"));
}

#[tokio::test]
async fn when_a_service_is_silent_its_page_says_so() {
    let world = World::with(|settings| settings.flags_url = "http://127.0.0.1:9".to_owned()).await;
    let browser = world.signed_in("manager").await;
    let page = browser.get("/admin/flags").await.expect(503);
    assert!(page.body.contains("This cannot be shown now."), "{page}");
    browser.get("/admin/services").await.assert_status(200);
}
