//! What is there after it has ended.

use serde_json::json;
use tempfile::tempdir;

use crate::house::House;

#[tokio::test]
async fn the_first_admin_is_made_once_and_stays() {
    let place = tempdir().unwrap();
    let first = House::start(place.path());
    let said = first.stderr();
    // the line after the one that announces it
    let mut lines = said.lines().skip_while(|line| !line.contains("is good for one login")).skip(1);
    let one_time = lines.next().unwrap().trim().to_owned();
    assert!(first.stdout().contains("made just now"), "{}", first.stdout());
    let chosen = "correct horse battery staple";
    let login = json!({"email": "admin@localhost", "password": one_time, "new_password": chosen});
    let stranger = first.client("users").stranger();
    assert_eq!(stranger.post("/api/v1/auth/login", &login).await.status, 200);
    first.stop();

    let second = House::start(place.path());
    assert!(!second.stderr().contains("is good for one login") && !second.stdout().contains("made just now"));
    let login = json!({"email": "admin@localhost", "password": chosen});
    let logged_in = second.client("users").stranger().post("/api/v1/auth/login", &login).await;
    assert_eq!(logged_in.status, 200);
    // its token is known to the others
    let token = logged_in.json()["token"].as_str().unwrap().to_owned();
    let opened = json!({"title": "Checkout is slow", "sev": 3});
    let incidents = second.client("incidents").as_(token);
    let status = testbed::wait::until_async("the keys", std::time::Duration::from_secs(30), async || {
        let status = incidents.post("/api/v1/incidents", &opened).await.status;
        (status != 503).then_some(status)
    });
    assert_eq!(status.await, 201);
    second.stop();
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_power_cut() {
    let place = tempdir().unwrap();
    let first = House::start(place.path());
    let server = json!({"hostname": "web-prod-09", "ip": "192.0.2.9", "status": "up"});
    assert_eq!(first.client("inventory").post("/api/v1/servers", &server).await.status, 201);
    let incident = json!({"title": "Checkout is slow", "sev": 3});
    let opened = first.client("incidents").post("/api/v1/incidents", &incident).await;
    let id = opened.json()["id"].as_str().unwrap().to_owned();
    first.kill_9();

    let second = House::start(place.path());
    let found = second.client("inventory").get("/api/v1/servers?q=web-prod-09").await;
    assert_eq!(found.json()["count"], 1);
    assert_eq!(second.client("incidents").get(&format!("/api/v1/incidents/{id}")).await.status, 200);
    second.stop();
}

#[tokio::test]
async fn beginning_anew_moves_what_was_there_aside() {
    let place = tempdir().unwrap();
    let data = place.path().join("data");
    let first = House::with(&data, |program| program.arg("--only=flags"));
    let flag = json!({"id": "kept"});
    assert_eq!(first.client("flags").post("/admin/flags", &flag).await.status, 201);
    first.stop();
    let second = House::with(&data, |program| program.arg("--only=flags").arg("--fresh"));
    assert_eq!(second.client("flags").get("/admin/flags/kept").await.status, 404);
    second.stop();
    let old = House::with(&place.path().join("data.1"), |program| program.arg("--only=flags"));
    assert_eq!(old.client("flags").get("/admin/flags/kept").await.status, 200);
    old.stop();
}
