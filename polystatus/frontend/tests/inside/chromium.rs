//! The pages of those who run things in a real browser, as `tests/browser/look.cjs` and `tests/browser/work.cjs` drive it.

use serde_json::json;
use testbed::tools;

use crate::browser::Browser;
use crate::node::node;
use crate::world::World;

/// With something on every page. Browsers keep no `__Host-` cookie of a page that comes without TLS.
async fn busy() -> (World, Browser) {
    let world = World::with(|settings| settings.public_url = "http://localhost:3000".to_owned()).await;
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
    let browser = world.signed_in("admin").await;
    world.account("viewer").await;
    (world, browser)
}

fn cookie(browser: &Browser) -> String {
    format!("session={}", browser.cookie("session").unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_for_work_is_without_fault_in_both_languages_themes_and_widths() {
    let (world, browser) = busy().await;
    let users = world.users().get("/api/v1/users?q=viewer").await.json();
    let works = world.communications.get("/api/v1/maintenances").await.json();
    let (user, work) = (users[0]["id"].as_str().unwrap(), works[0]["id"].as_str().unwrap());
    let pages = [
        "/admin/services".to_owned(),
        "/admin/services/checkout".to_owned(),
        "/admin/services/checkout/delete".to_owned(),
        "/admin/flags".to_owned(),
        "/admin/flags/new-checkout?user=nadia&attributes=role%20%3D%20beta".to_owned(),
        "/admin/flags/search-ranking".to_owned(),
        "/admin/flags/newsletter".to_owned(),
        "/admin/banner".to_owned(),
        "/admin/maintenances".to_owned(),
        format!("/admin/maintenances/{work}"),
        "/admin/users".to_owned(),
        format!("/admin/users/{user}"),
        "/admin/deliveries".to_owned(),
    ];
    let (base, folder) = (world.frontend.url(""), tools::file("target/browser/work").display().to_string());
    let cookie = cookie(&browser);
    let run = move || {
        let arguments = [base.as_str(), folder.as_str()];
        let arguments: Vec<&str> = arguments.into_iter().chain(pages.iter().map(String::as_str)).collect();
        node("look.cjs", &[("COOKIE", &cookie)], &arguments);
    };
    tokio::task::spawn_blocking(run).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_a_mouse_rolls_a_flag_out_and_takes_it_back() {
    let (world, browser) = busy().await;
    let (base, cookie) = (world.frontend.url(""), cookie(&browser));
    tokio::task::spawn_blocking(move || node("work.cjs", &[("COOKIE", &cookie)], &[&base])).await.unwrap();
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
