//! The pages before and behind the login, in a real browser, with the real services behind them.

use serde_json::json;
use testbed::tools;

use crate::world::{PASSWORD, World};
use crate::{node, node_as};

/// A world with something to see, and the path of an incident in it.
async fn busy() -> (World, String) {
    // plain HTTP on this machine: a browser keeps no `__Host-` cookie there
    let world = World::with(|settings| "http://127.0.0.1".clone_into(&mut settings.public_url)).await;
    world.account("admin").await;
    for (name, group) in [("Checkout", "Shop"), ("Mail", "Office"), ("Search", "Shop")] {
        world.incidents.post("/api/v1/services", &json!({"name": name, "group": group})).await.assert_status(201);
    }
    let open = json!({"title": "Payments fail for every second customer", "sev": 2, "services": ["Checkout"],
        "summary": "Cards of two banks are refused.\nBoth say that it is not theirs."});
    let open = world.incidents.post("/api/v1/incidents", &open).await.expect(201).json();
    let path = format!("/api/v1/incidents/{}", open["id"].as_str().unwrap());
    for (kind, message) in
        [("note", "Load is at 90 %"), ("update", "A certificate has expired"), ("mitigation", "It is being replaced")]
    {
        world
            .incidents
            .post(&format!("{path}/timeline"), &json!({"type": kind, "message": message}))
            .await
            .assert_status(201);
    }
    let over = json!({"title": "Nobody could log in", "sev": 1, "services": ["Mail"]});
    let over = world.incidents.post("/api/v1/incidents", &over).await.expect(201).json();
    let over = format!("/api/v1/incidents/{}/status", over["id"].as_str().unwrap());
    world.incidents.post(&over, &json!({"status": "resolved"})).await.assert_status(200);
    let told = json!({"incident_id": open["id"], "state": "identified", "message": "A certificate has expired. It is being replaced."});
    world.communications.post("/api/v1/public/announce", &told).await.assert_status(201);
    testbed::wait::until_async("the page knows", std::time::Duration::from_secs(30), async || {
        let page = world.frontend.stranger().get("/").await.body;
        (page.contains("Payments fail") && page.contains("Search")).then_some(())
    })
    .await;
    (world, format!("/admin/incidents/{}", open["id"].as_str().unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_entrance_are_without_fault() {
    let (world, _) = busy().await;
    let folder = tools::file("target/browser").display().to_string();
    let base = world.frontend.url("");
    let pages =
        ["/login", "/register", "/account/forgot", "/account/reset-password?token=x", "/account/verify-email?token=x"];
    let arguments: Vec<&str> = [base.as_str(), &folder].into_iter().chain(pages).collect();
    tokio::task::block_in_place(|| node("look.cjs", &arguments));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_behind_the_login_are_without_fault() {
    let (world, incident) = busy().await;
    let folder = tools::file("target/browser").display().to_string();
    let base = world.frontend.url("");
    let (edit, postmortem) = (format!("{incident}/edit"), format!("{incident}/postmortem"));
    let pages = ["/admin", "/admin/incidents", "/admin/incidents/new", &incident, &edit, &postmortem, "/account"];
    let arguments: Vec<&str> = [base.as_str(), &folder].into_iter().chain(pages).collect();
    tokio::task::block_in_place(|| node_as(&format!("admin@example.org {PASSWORD}"), "look.cjs", &arguments));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_a_mouse_works_on_an_incident_with_the_script_and_without_it() {
    let (world, _) = busy().await;
    let folder = tools::file("target/browser").display().to_string();
    let base = world.frontend.url("");
    tokio::task::block_in_place(|| node_as(&format!("admin@example.org {PASSWORD}"), "work.cjs", &[&base, &folder]));
    let opened = world.incidents.get("/api/v1/incidents?q=keyboard").await.json();
    assert_eq!(opened.as_array().unwrap().len(), 2, "with the script, and without it: {opened}");
    let told = world.communications.get("/api/v1/public/status").await.body;
    assert_eq!(told.matches("Told by keyboard").count(), 2, "{told}");
}
