//! Planned work.

use serde_json::{Value, json};

use crate::undo::{follow, undo};
use crate::world::World;

const WORK: [(&str, &str); 5] = [
    ("title", "New disks"),
    ("from", "2030-01-01T02:00"),
    ("until", "2030-01-01T04:00"),
    ("message", "Orders may take a minute longer"),
    ("services", "Checkout"),
];

async fn works(world: &World) -> Vec<Value> {
    world.communications.get("/api/v1/maintenances").await.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn work_is_announced_changed_begun_and_ended() {
    let world = World::start().await;
    world.incidents.post("/api/v1/services", &json!({"name": "Checkout"})).await.assert_status(201);
    let browser = world.signed_in("manager").await;
    assert!(browser.get("/admin/maintenances").await.expect(200).body.contains("value=\"Checkout\""));
    let planned = browser.post("/admin/maintenances", &WORK).await;
    let path = planned.header("location").to_owned();
    let page = follow(&browser, planned).await;
    assert!(page.body.contains("“New disks” is announced.") && page.body.contains("a minute longer"), "{page}");
    let work = &works(&world).await[0];
    assert_eq!((&work["from"], &work["services"]), (&json!(1_893_463_200), &json!(["Checkout"])));

    let api = format!("/api/v1/maintenances/{}", work["id"].as_str().unwrap());
    let seen = world.communications.get(&api).await.header("etag").to_owned();
    let fields =
        [("title", "Newer disks"), ("from", "2030-01-01T03:00"), ("until", "2030-01-01T04:00"), ("version", &seen)];
    let page = follow(&browser, browser.post(&path, &fields).await).await;
    assert_eq!(works(&world).await[0]["services"], json!([]));
    undo(&browser, &page).await;
    let back = &works(&world).await[0];
    assert_eq!((&back["title"], &back["services"]), (&json!("New disks"), &json!(["Checkout"])));

    for (status, word) in [("in_progress", "in progress"), ("verifying", "verifying"), ("completed", "completed")] {
        let moved = browser.post(&format!("{path}/state"), &[("status", status), ("message", "We are at it")]).await;
        let page = follow(&browser, moved).await;
        assert!(page.body.contains(&format!("“New disks”: {word}.")), "{page}");
        assert_eq!(works(&world).await[0]["status"], status);
    }
    assert!(browser.get("/admin/maintenances").await.expect(200).body.contains("Nothing is planned."));
}

#[tokio::test]
async fn work_is_called_off_once_it_was_said_that_this_is_meant() {
    let world = World::start().await;
    let browser = world.signed_in("manager").await;
    browser.get("/admin/maintenances").await.assert_status(200);
    let wrong = [("title", "Kept"), ("from", "never"), ("until", "")];
    let page = browser.post("/admin/maintenances", &wrong).await.expect(400);
    assert!(page.body.contains("id=\"from-why\"") && page.body.contains("value=\"Kept\""), "{page}");
    let path = browser.post("/admin/maintenances", &WORK).await.expect(303).header("location").to_owned();
    let asked = browser.get(&format!("{path}/call-off")).await.expect(200);
    assert!(asked.body.contains("Call “New disks” off?") && works(&world).await[0]["status"] == "scheduled", "{asked}");
    let stale = browser.post(&format!("{path}/call-off"), &[("version", "\"99\"")]).await;
    assert_eq!((stale.status, &works(&world).await[0]["status"]), (412, &json!("scheduled")));
    let api = format!("/api/v1/maintenances/{}", works(&world).await[0]["id"].as_str().unwrap());
    let seen = world.communications.get(&api).await.header("etag").to_owned();
    let off = browser.post(&format!("{path}/call-off"), &[("version", seen.as_str())]).await;
    assert!(follow(&browser, off).await.body.contains("“New disks” was called off."));
}
