//! What can break.

use serde_json::{Value, json};

use crate::undo::{follow, undo};
use crate::world::World;

async fn names(world: &World) -> Vec<String> {
    let listed = world.incidents.get("/api/v1/services").await.json();
    listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

async fn one(world: &World, id: &str) -> Value {
    world.incidents.get(&format!("/api/v1/services/{id}")).await.expect(200).json()
}

#[tokio::test]
async fn services_are_added_renamed_moved_and_taken_off_and_each_can_be_undone() {
    let world = World::start().await;
    let browser = world.signed_in("manager").await;
    assert!(browser.get("/admin/services").await.expect(200).body.contains("There is no service yet."));
    for name in ["Checkout", "Mail", "Search"] {
        let fields = [("name", name), ("group", "Shop"), ("description", "It does \"things\" & more")];
        let page = follow(&browser, browser.post("/admin/services", &fields).await).await;
        assert!(page.body.contains(&format!("“{name}” is on the page.")), "{page}");
    }
    let moved = browser.post("/admin/services/order", &[("id", "search"), ("direction", "up")]).await;
    let page = follow(&browser, moved).await;
    assert_eq!(names(&world).await, ["Checkout", "Search", "Mail"]);
    undo(&browser, &page).await;
    assert_eq!(names(&world).await, ["Checkout", "Mail", "Search"]);

    browser.get("/admin/services/mail").await.assert_status(200);
    let version = world.incidents.get("/api/v1/services/mail").await.header("etag").to_owned();
    let fields = [("name", "Post"), ("group", ""), ("description", ""), ("version", &version)];
    let page = follow(&browser, browser.post("/admin/services/mail", &fields).await).await;
    assert_eq!(one(&world, "mail").await["group"], json!(null));
    undo(&browser, &page).await;
    let back = one(&world, "mail").await;
    assert_eq!((&back["name"], &back["group"]), (&json!("Mail"), &json!("Shop")));
    assert_eq!(back["description"], "It does \"things\" & more", "as it was, to the letter");

    let asked = browser.get("/admin/services/mail/delete").await.expect(200);
    assert!(asked.body.contains("Take “Mail” off the page?") && names(&world).await.len() == 3, "{asked}");
    let page = follow(&browser, browser.post("/admin/services/mail/delete", &[]).await).await;
    assert_eq!(names(&world).await, ["Checkout", "Search"]);
    undo(&browser, &page).await;
    assert_eq!(names(&world).await, ["Checkout", "Mail", "Search"], "in its old place");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let world = World::start().await;
    let browser = world.signed_in("manager").await;
    browser.get("/admin/services").await.assert_status(200);
    let page = browser.post("/admin/services", &[("name", ""), ("group", "Kept <group>")]).await.expect(400);
    assert!(page.body.contains("id=\"name-why\"") && page.body.contains("Kept &#60;group&#62;"), "{page}");
    browser.post("/admin/services", &[("name", "Mail")]).await.assert_status(303);
    let twice = browser.post("/admin/services", &[("name", "Mail")]).await.expect(409);
    assert!(twice.body.contains("id=\"name-why\""), "{twice}");
}

#[tokio::test]
async fn nobody_overwrites_what_another_has_written_meanwhile() {
    let world = World::start().await;
    let browser = world.signed_in("manager").await;
    browser.get("/admin/services").await.assert_status(200);
    browser.post("/admin/services", &[("name", "Mail"), ("group", "Shop")]).await.assert_status(303);
    let seen = world.incidents.get("/api/v1/services/mail").await.header("etag").to_owned();
    let other = json!({"name": "Post office", "group": "Shop"});
    world.incidents.put("/api/v1/services/mail", &other).await.assert_status(200);
    let fields = [("name", "My name for it"), ("group", "Shop"), ("version", seen.as_str())];
    let page = browser.post("/admin/services/mail", &fields).await.expect(412);
    assert!(page.body.contains("Somebody else has changed this"), "{page}");
    assert!(page.body.contains("value=\"My name for it\"") && page.body.contains("Post office"), "{page}");
    assert_eq!(one(&world, "mail").await["name"], "Post office");
}
