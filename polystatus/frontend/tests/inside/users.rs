//! Who works here, and what they may do.

use serde_json::Value;

use crate::undo::{follow, undo};
use crate::world::World;

async fn user(world: &World, email: &str) -> Value {
    let found = world.users().get(&format!("/api/v1/users?q={email}")).await.json();
    found[0].clone()
}

#[tokio::test]
async fn somebody_is_invited_found_and_given_another_role_once_it_is_meant() {
    let world = World::start().await;
    let browser = world.signed_in("admin").await;
    browser.get("/admin/users").await.assert_status(200);
    let wrong =
        browser.post("/admin/users", &[("name", "Zoé"), ("email", "nowhere"), ("role", "viewer")]).await.expect(400);
    assert!(wrong.body.contains("id=\"email-why\"") && wrong.body.contains("value=\"Zoé\""), "{wrong}");
    let fields = [("name", "Zoé"), ("email", "zoe@example.org"), ("role", "viewer"), ("team", "network")];
    let page = follow(&browser, browser.post("/admin/users", &fields).await).await;
    assert!(page.body.contains("Zoé was invited.") && page.body.contains("invited</td>"), "{page}");
    let found = browser.get("/admin/users?q=zoe&with-role=viewer&in-team=network").await.expect(200).body;
    assert!(found.contains("zoe@example.org") && !found.contains("admin@example.org"), "{found}");
    assert!(browser.get("/admin/users?q=zoe&with-role=admin").await.expect(200).body.contains("Nobody matches."));

    let id = user(&world, "zoe").await["id"].as_str().unwrap().to_owned();
    let path = format!("/admin/users/{id}");
    let asked = browser.post(&format!("{path}/role"), &[("role", "manager")]).await.expect(200);
    assert!(asked.body.contains("name=\"confirmed\"") && user(&world, "zoe").await["role"] == "viewer", "{asked}");
    let changed = browser.post(&format!("{path}/role"), &[("role", "manager"), ("confirmed", "1")]).await;
    let page = follow(&browser, changed).await;
    assert_eq!(user(&world, "zoe").await["role"], "manager");
    undo(&browser, &page).await;
    assert_eq!(user(&world, "zoe").await["role"], "viewer");
    let odd = browser.post(&format!("{path}/role"), &[("role", "king"), ("confirmed", "1")]).await;
    assert_eq!((odd.status, &user(&world, "zoe").await["role"]), (400, &Value::from("viewer")));
}

#[tokio::test]
async fn somebody_is_signed_out_locked_out_let_in_and_deleted() {
    let world = World::start().await;
    let (browser, other) = (world.signed_in("admin").await, world.signed_in("viewer").await);
    let id = user(&world, "viewer@").await["id"].as_str().unwrap().to_owned();
    let path = format!("/admin/users/{id}");
    browser.get(&path).await.assert_status(200);
    let page = follow(&browser, browser.post(&format!("{path}/end-sessions"), &[]).await).await;
    assert!(page.body.contains("A viewer is signed out everywhere."), "{page}");
    world.clock.advance(1000);
    assert_eq!(other.get("/account").await.status, 303, "to the login");
    let page = follow(&browser, browser.post(&format!("{path}/lock"), &[("disabled", "true")]).await).await;
    assert_eq!(user(&world, "viewer@").await["status"], "disabled");
    undo(&browser, &page).await;
    assert_eq!(user(&world, "viewer@").await["status"], "active");
    assert!(browser.get(&format!("{path}/delete")).await.expect(200).body.contains("Delete the account of A viewer?"));
    let seen = world.users().get(&format!("/api/v1/users/{id}")).await.header("etag").to_owned();
    let deleted = browser.post(&format!("{path}/delete"), &[("version", seen.as_str())]).await;
    follow(&browser, deleted).await;
    browser.get(&path).await.assert_status(404);
}
