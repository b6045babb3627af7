//! Flags.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::undo::{follow, undo};
use crate::world::World;

async fn with_flag(world: &World) {
    let flag = json!({"id": "new-checkout", "description": "One page", "fallthrough": {"rollout": {"on": 25, "off": 75}},
        "rules": [{"if": {"attr": "role", "op": "eq", "value": "beta"}, "variation": "on"}]});
    world.flags.post("/admin/flags", &flag).await.assert_status(201);
}

async fn flag(world: &World) -> Value {
    world.flags.get("/admin/flags/new-checkout").await.expect(200).json()
}

/// The version that the page of the flag holds.
async fn version(browser: &Browser) -> String {
    let page = browser.get("/admin/flags/new-checkout").await.expect(200).body;
    page.split_once("name=\"version\" value=\"").unwrap().1.split('"').next().unwrap().replace("&#34;", "\"")
}

#[tokio::test]
async fn a_flag_is_switched_in_one_press_and_back_in_another() {
    let world = World::start().await;
    with_flag(&world).await;
    let browser = world.signed_in("manager").await;
    let page = browser.get("/admin/flags").await.expect(200);
    assert!(page.body.contains("on 25 %") && page.body.contains("One page"), "{page}");
    let off = browser.post("/admin/flags/new-checkout/toggle", &[("on", "false"), ("list", "1")]).await;
    assert_eq!(off.header("location"), "/admin/flags");
    let page = follow(&browser, off).await;
    assert!(page.body.contains("“new-checkout” is off.") && page.body.contains("by A manager"), "{page}");
    assert_eq!(flag(&world).await["on"], false);
    undo(&browser, &page).await;
    assert_eq!(flag(&world).await["on"], true);
}

#[tokio::test]
async fn a_roll_out_is_set_by_its_slider_or_by_its_number_and_can_be_undone() {
    let world = World::start().await;
    with_flag(&world).await;
    let browser = world.signed_in("manager").await;
    let seen = version(&browser).await;
    let without_script = [("slider", "40"), ("exact", "25"), ("before", "25"), ("version", seen.as_str())];
    let page = follow(&browser, browser.post("/admin/flags/new-checkout/rollout", &without_script).await).await;
    assert_eq!(flag(&world).await["fallthrough"], json!({"rollout": {"on": 40, "off": 60}}));
    undo(&browser, &page).await;
    assert_eq!(flag(&world).await["fallthrough"], json!({"rollout": {"on": 25, "off": 75}}));
    let seen = version(&browser).await;
    let number = [("slider", "25"), ("exact", "100"), ("before", "25"), ("version", seen.as_str())];
    follow(&browser, browser.post("/admin/flags/new-checkout/rollout", &number).await).await;
    assert_eq!(flag(&world).await["fallthrough"], json!({"variation": "on"}));
    let stale = browser.post("/admin/flags/new-checkout/rollout", &number).await.expect(412);
    assert!(stale.body.contains("Somebody else has changed this"), "{stale}");
    let wrong = [("slider", "25"), ("exact", "many"), ("before", "25")];
    let page = browser.post("/admin/flags/new-checkout/rollout", &wrong).await.expect(400);
    assert!(page.body.contains("id=\"exact-why\"") && page.body.contains("value=\"many\""), "{page}");
}

#[tokio::test]
async fn it_is_told_step_by_step_why_somebody_gets_what_they_get() {
    let world = World::start().await;
    with_flag(&world).await;
    let browser = world.signed_in("manager").await;
    let page = browser.get("/admin/flags/new-checkout?user=nadia&attributes=role%20%3D%20beta").await.expect(200);
    assert!(page.body.contains("They get “on”.") && page.body.contains("A rule decides."), "{page}");
    assert!(page.body.contains("class=\"decided\"") && page.body.contains("Rule 1"), "{page}");
    let french = world.browser().in_french();
    french.sign_in("manager@example.org").await;
    let page = french.get("/admin/flags/new-checkout?user=%3Cb%3E").await.expect(200);
    assert!(page.body.contains("Aucune règle") || page.body.contains("Tous les autres"), "{page}");
    assert!(!page.body.contains("<b>"), "{page}");
}

#[tokio::test]
async fn a_flag_is_killed_restored_and_made_again_what_it_was() {
    let world = World::start().await;
    with_flag(&world).await;
    let browser = world.signed_in("manager").await;
    browser.get("/admin/flags/new-checkout").await.assert_status(200);
    let killed = browser.post("/admin/flags/new-checkout/kill", &[("reason", "Payments fail")]).await;
    let page = follow(&browser, killed).await;
    assert!(page.body.contains("Payments fail") && page.body.contains("Restore it"), "{page}");
    assert_eq!(flag(&world).await["killed"]["reason"], "Payments fail");
    undo(&browser, &page).await;
    assert_eq!(flag(&world).await["killed"], json!(null));
    browser.post("/admin/flags/new-checkout/toggle", &[("on", "false")]).await.assert_status(303);
    let again = browser.post("/admin/flags/new-checkout/rollback", &[("to", "1")]).await;
    let page = follow(&browser, again).await;
    assert!(page.body.contains("is again as in version 1.") && flag(&world).await["on"] == true, "{page}");
    browser.post("/admin/flags/new-checkout/rollback", &[("to", "99")]).await.assert_status(404);
}

#[tokio::test]
async fn where_two_must_agree_one_asks_and_another_decides() {
    let world = World::of_four_eyes().await;
    let root = world.browser();
    root.sign_in("root@example.org").await;
    let browser = world.signed_in("manager").await;
    // with the service's own token nobody is asked twice to make the first one
    let proposed = json!({"change": {"action": "put", "flag": {"id": "new-checkout"}}});
    let request = world.flags.post("/admin/requests", &proposed).await.expect(201).json();
    let approve = format!("/admin/flags/requests/{}", request["id"].as_str().unwrap());
    root.post(&approve, &[("decision", "approve")]).await.assert_status(303);
    browser.get("/admin/flags/new-checkout").await.assert_status(200);
    let asked = browser.post("/admin/flags/new-checkout/toggle", &[("on", "false")]).await.expect(409);
    assert!(asked.body.contains("Somebody else must agree") && asked.body.contains("Ask for it"), "{asked}");
    let change = json!({"action": "toggle", "id": "new-checkout", "on": false}).to_string();
    let page = follow(&browser, browser.post("/admin/flags/requests", &[("change", &change)]).await).await;
    assert!(page.body.contains("toggle new-checkout (off)") && !page.body.contains("value=\"approve\""), "{page}");
    assert_eq!(flag(&world).await["on"], true);
    let page = root.get("/admin/flags").await.expect(200);
    let id = page.body.split_once("/admin/flags/requests/").unwrap().1.split('"').next().unwrap().to_owned();
    let page = follow(&root, root.post(&format!("/admin/flags/requests/{id}"), &[("decision", "approve")]).await).await;
    assert!(page.body.contains("You have agreed") && flag(&world).await["on"] == false, "{page}");
}
