//! The pages of those who run things in a real browser, as `look.cjs` and `roll_out.cjs` drive it.

use serde_json::json;
use testbed::tools;

use crate::node_as;
use crate::world::{PASSWORD, World};

/// With something on every page. Browsers keep no `__Host-` cookie of a page that comes without TLS.
async fn busy() -> World {
    let world = World::with(|settings| "http://localhost:3000".clone_into(&mut settings.public_url)).await;
    for (name, group) in [("Website", "Shop"), ("Checkout", "Shop"), ("Mail", "Accounts")] {
        let service = json!({"name": name, "group": group, "description": "What it does, in some words"});
        world.incidents.post("/api/v1/services", &service).await.assert_status(201);
    }
    for flag in [
        json!({"id": "new-checkout", "description": "The checkout with one page", "fallthrough": {"rollout": {"on": 25, "off": 75}},
            "rules": [{"if": {"attr": "role", "op": "eq", "value": "beta"}, "variation": "on"}], "targets": {"users": {"boris": "off"}}}),
        json!({"id": "search-ranking", "variations": {"classic": "classic", "learned": "learned", "popular": "popular"},
            "fallthrough": {"rollout": {"classic": 80, "learned": 10, "popular": 10}}, "off_variation": "classic"}),
        json!({"id": "newsletter", "on": false}),
    ] {
        world.flags.post("/admin/flags", &flag).await.assert_status(201);
    }
    world.flags.post("/admin/flags/newsletter/kill", &json!({"reason": "Mails are slow"})).await.assert_status(200);
    let banner = json!({"text": "No cards on Sunday from 2 to 4 UTC", "level": "warning"});
    world.communications.put("/api/v1/banner", &banner).await.assert_status(200);
    let work = json!({"title": "New disks", "message": "Orders may take a minute longer", "services": ["Checkout"],
        "from": 1_893_463_200, "until": 1_893_470_400});
    world.communications.post("/api/v1/maintenances", &work).await.assert_status(201);
    let subscriber = json!({"email": "zoe@example.org"});
    world.communications.stranger().post("/api/v1/subscriptions/email", &subscriber).await.assert_status(201);
    world.account("admin").await;
    world.account("viewer").await;
    world
}

/// Look at these pages as somebody who may do everything.
fn look(world: &World, pages: &[&str]) {
    let (base, folder) = (world.frontend.url(""), tools::file("target/browser").display().to_string());
    let arguments: Vec<&str> = [base.as_str(), &folder].into_iter().chain(pages.iter().copied()).collect();
    tokio::task::block_in_place(|| node_as(&format!("admin@example.org {PASSWORD}"), "look.cjs", &arguments));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_services_and_the_banner_are_without_fault() {
    let pages = ["/admin/services", "/admin/services/checkout", "/admin/services/checkout/delete", "/admin/banner"];
    look(&busy().await, &pages);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_flags_are_without_fault() {
    let pages = [
        "/admin/flags",
        "/admin/flags/new-checkout?user=nadia&attributes=role%20%3D%20beta",
        "/admin/flags/search-ranking",
        "/admin/flags/newsletter",
    ];
    look(&busy().await, &pages);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_planned_work_users_and_deliveries_are_without_fault() {
    let world = busy().await;
    let users = world.users().get("/api/v1/users?q=viewer").await.json();
    let works = world.communications.get("/api/v1/maintenances").await.json();
    let user = format!("/admin/users/{}", users[0]["id"].as_str().unwrap());
    let work = format!("/admin/maintenances/{}", works[0]["id"].as_str().unwrap());
    look(&world, &["/admin/maintenances", &work, "/admin/users", &user, "/admin/deliveries"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_a_mouse_rolls_a_flag_out_and_takes_it_back() {
    let world = busy().await;
    let base = world.frontend.url("");
    tokio::task::block_in_place(|| node_as(&format!("admin@example.org {PASSWORD}"), "roll_out.cjs", &[&base]));
    let flag = world.flags.get("/admin/flags/new-checkout").await.json();
    assert_eq!(flag["fallthrough"], json!({"rollout": {"on": 25, "off": 75}}), "rolled out, and back");
    let history = world.flags.get("/admin/flags/new-checkout/history").await.json();
    let actions: Vec<_> = history.as_array().unwrap().iter().map(|change| change["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        ["rolled-back", "updated", "rolled-back", "updated", "created"],
        "with the script, and without it"
    );
}
