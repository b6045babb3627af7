//! The demonstration.

use std::time::Duration;

use polyops::demo::live::set_canary;
use polyops::demo::stage::Stage;
use polyops::wiring::Wiring;
use serde_json::{Value, json};
use tempfile::tempdir;
use testbed::wait::until_async;

use crate::house::{House, TOKEN, free_offset, polyops};

async fn incidents(house: &House) -> Vec<Value> {
    let list = house.client("incidents").get("/api/v1/incidents?limit=500").await.json();
    list.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_demonstration_has_a_history_and_a_second_start_does_not_double_it() {
    let place = tempdir().unwrap();
    let first = House::with(place.path(), |program| program.arg("--demo"));
    let told = incidents(&first).await;
    let open: Vec<_> = told.iter().filter(|incident| incident["status"] != "resolved").collect();
    assert_eq!(open.len(), 1, "one goes on: {open:?}");
    let began = |incident: &Value| incident["started_at"].as_i64().unwrap();
    let oldest = told.iter().map(began).min().unwrap();
    let newest = told.iter().map(began).max().unwrap();
    assert!(newest - oldest > 80 * 86_400, "{oldest} to {newest}");

    // the public page tells it at the times at which it happened
    let page = first.client("communications").get("/api/v2/incidents.json").await.json();
    assert!(page["incidents"].as_array().unwrap().len() >= 9, "{page}");
    let summary = first.client("communications").get("/api/v2/summary.json").await.json();
    assert_eq!(summary["incidents"].as_array().unwrap().len(), 1, "{summary}");
    assert_eq!(summary["scheduled_maintenances"].as_array().unwrap().len(), 1, "{summary}");
    // the status page has watched all the time, and on the days on which something broke it saw that
    let page = first.client("frontend").stranger();
    let page = until_async("the status page knows", Duration::from_mins(1), async || {
        let page = page.get("/").await.body;
        page.contains("90 days watched").then_some(page)
    })
    .await;
    assert_eq!(page.matches("<p class=\"uptime\">").count(), 8, "{page}");
    assert!(!page.contains("No data yet") && !page.contains("bar no-data"), "{page}");
    // the last bar is today's: what was told in a few seconds did not happen in them
    let today = page.matches("M356 40v-").count() - page.matches("M356 40v-14").count();
    assert_eq!(today, 2, "what goes on concerns two services: {page}");
    for condition in ["operational", "maintenance", "degraded", "partial", "major"] {
        assert!(page.contains(&format!("<path class=\"bar {condition}\"")), "{condition}: {page}");
    }
    // how a service is doing is considered again in the background, every few seconds
    until_async("what comes of the reports", Duration::from_mins(1), async || {
        let reports = first.client("incidents").get("/api/v1/reports/checkout").await.json();
        (reports["state"] != "none").then_some(())
    })
    .await;
    let flags = first.client("flags").get("/flags?user=nadia").await.json();
    assert_eq!(flags["new-checkout"]["variation"], "on", "{flags}");

    // its people can log in, and the clock is the real one
    let mark: Value = serde_json::from_slice(&std::fs::read(place.path().join("demo.json")).unwrap()).unwrap();
    let login = json!({"email": "manager@example.org", "password": mark["password"]});
    let logged_in = first.client("users").stranger().post("/api/v1/auth/login", &login).await;
    assert_eq!(logged_in.status, 200);
    let me = first.client("users").as_(logged_in.json()["token"].as_str().unwrap()).get("/api/v1/auth/me").await;
    assert_eq!(me.json()["role"], "manager");

    // a server goes down and comes back, and what comes of that
    let wiring = Wiring {
        host: first.address("users").ip(),
        port_offset: first.offset,
        data: place.path().to_owned(),
        token: TOKEN.to_owned().into(),
        workers: 1,
        drain_seconds: 1,
        demo: true,
        left_out: Vec::new(),
    };
    let stage = Stage::of(&wiring).unwrap();
    for (status, expected) in [("down", "open"), ("up", "resolved")] {
        set_canary(&stage, status).await.unwrap();
        until_async("what comes of it", Duration::from_secs(30), async || {
            let found = incidents(&first).await;
            found.iter().any(|one| one["title"] == "demo-canary-01 is down" && one["status"] == expected).then_some(())
        })
        .await;
    }
    let told = incidents(&first).await;
    first.stop();

    let second = House::with(place.path(), |program| program.arg("--demo"));
    let again = incidents(&second).await;
    let titles = |list: &[Value]| list.iter().map(|incident| incident["id"].clone()).collect::<Vec<_>>();
    assert_eq!(titles(&again), titles(&told));
    second.stop();
}

#[test]
fn nothing_is_made_up_beside_real_data() {
    let (place, offset) = (tempdir().unwrap(), free_offset());
    std::fs::write(place.path().join("users.db"), "real").unwrap();
    let program = polyops().arg("--demo").arg("--data").arg(place.path());
    let mut running = program.arg("--port-offset").arg(offset.to_string()).spawn();
    assert_eq!(running.wait().code(), Some(1));
    assert!(running.stderr().contains("choose another folder with --data, or --fresh"), "{}", running.stderr());
}

#[test]
fn a_demonstration_that_was_interrupted_is_made_anew() {
    let place = tempdir().unwrap();
    let data = place.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("demo.json"), json!({"made_at": 1, "finished": false, "password": "x"}).to_string())
        .unwrap();
    std::fs::write(data.join("users.db"), "half of it").unwrap();
    let house = House::with(&data, |program| program.arg("--demo"));
    assert!(place.path().join("data.1/users.db").exists());
    house.stop();
}

#[test]
fn nothing_real_is_put_into_a_demonstration_that_was_interrupted() {
    let place = tempdir().unwrap();
    let data = place.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("demo.json"), json!({"made_at": 1, "finished": false, "password": "x"}).to_string())
        .unwrap();
    let program = polyops().arg("--only=flags").arg("--data").arg(&data);
    let mut running = program.arg("--port-offset").arg(free_offset().to_string()).spawn();
    assert_eq!(running.wait().code(), Some(1));
    let said = running.stderr();
    assert!(said.contains("was broken off: --demo tells it anew, --fresh begins"), "{said}");
    assert!(!data.join("flags.db").exists() && !place.path().join("data.1").exists());
    let house = House::with(&data, |program| program.arg("--only=flags").arg("--fresh"));
    assert!(place.path().join("data.1/demo.json").exists());
    house.stop();
}
