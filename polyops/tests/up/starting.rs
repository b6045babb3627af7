//! How it starts, and how it does not.

use std::fs;
use std::net::TcpListener;

use polyops::members;
use tempfile::tempdir;

use crate::house::{House, free_offset, polyops};

#[tokio::test]
async fn every_service_is_ready_when_the_table_says_so() {
    let place = tempdir().unwrap();
    let house = House::start(&place.path().join("data"));
    let table = house.stdout();
    for member in members::all() {
        let client = house.client(member.name);
        assert_eq!(client.get("/readyz").await.status, 200, "{}", member.name);
        assert!(table.contains(&client.url("/docs")), "{table}");
        let figures = client.get("/metrics").await;
        assert!(figures.body.contains("http_requests"), "{}", member.name);
    }
    assert!(!table.contains("API token"), "whoever chose it knows it: {table}");
    house.stop();
}

#[tokio::test]
async fn links_of_the_status_page_lead_where_somebody_says_that_people_reach_it() {
    let place = tempdir().unwrap();
    let public = "https://status.example.org";
    let house = House::with(place.path(), |program| program.arg("--only=frontend").env("PUBLIC_URL", public));
    assert!(house.stdout().lines().any(|line| line.starts_with("  status page ")), "{}", house.stdout());
    let page = house.client("frontend").get("/").await;
    assert!(page.body.contains(public), "{}", page.body);
    house.stop();
}

#[tokio::test]
async fn some_of_them_can_be_started_alone() {
    let place = tempdir().unwrap();
    let house = House::with(place.path(), |program| program.arg("--only").arg("users,flags"));
    assert_eq!(house.client("users").get("/readyz").await.status, 200);
    assert!(TcpListener::bind(house.address("incidents")).is_ok(), "nobody listens there");
    house.stop();
}

#[test]
fn a_port_that_is_taken_is_named_and_nothing_is_started_or_moved() {
    let (place, offset) = (tempdir().unwrap(), free_offset());
    fs::write(place.path().join("users.db"), "kept").unwrap();
    let taken = TcpListener::bind(("127.0.0.1", 8081 + offset)).unwrap();
    let program = polyops().arg("--data").arg(place.path()).arg("--fresh").arg("--port-offset").arg(offset.to_string());
    let mut running = program.spawn();
    assert_eq!(running.wait().code(), Some(1));
    let said = running.stderr();
    let port = taken.local_addr().unwrap().port();
    let expected = format!("polyops: port {port} (incidents) is taken by ");
    assert!(said.starts_with(&expected), "{said}");
    assert!(said.contains(&format!("(process {})", std::process::id())), "{said}");
    assert!(said.trim_end().contains("--port-offset "), "{said}");
    assert_eq!(fs::read(place.path().join("users.db")).unwrap(), b"kept");
}

#[test]
fn one_service_that_cannot_start_ends_the_others_with_its_reason() {
    let (place, offset) = (tempdir().unwrap(), free_offset());
    fs::write(place.path().join("flags.db"), "this is no database, and long enough to be seen as none".repeat(100))
        .unwrap();
    let program = polyops().arg("--data").arg(place.path()).arg("--port-offset").arg(offset.to_string());
    let mut running = program.spawn();
    assert_eq!(running.wait().code(), Some(1), "{}", running.stderr());
    let said = running.stderr();
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("polyops: flags has ended: "), "{said}");
    assert!(said.contains("polystatus-users has stopped") || !said.contains("polystatus-users listens"), "{said}");
}

#[test]
fn a_wrong_setting_of_a_service_is_told_with_its_name() {
    let (place, offset) = (tempdir().unwrap(), free_offset());
    let program = polyops().env("POLL_SECONDS", "often").arg("--data").arg(place.path());
    let mut running = program.arg("--port-offset").arg(offset.to_string()).spawn();
    assert_eq!(running.wait().code(), Some(1));
    let said = running.stderr();
    let expected =
        "polyops: csp cannot be started: --poll-seconds (POLL_SECONDS) must be a number from 0 to 86400, not `often`";
    assert!(said.lines().any(|line| line == expected), "{said}");
}

#[test]
fn a_data_folder_is_used_by_one_at_a_time() {
    let place = tempdir().unwrap();
    let house = House::with(place.path(), |program| program.arg("--only=flags"));
    let offset = free_offset();
    let program = polyops().arg("--data").arg(place.path()).arg("--only=flags");
    let mut second = program.arg("--port-offset").arg(offset.to_string()).spawn();
    assert_eq!(second.wait().code(), Some(1));
    let expected = format!("is in use by another polyops (process {})", house.id());
    assert!(second.stderr().contains(&expected), "{}", second.stderr());
    house.stop();
}

#[test]
fn status_tells_who_is_ready() {
    let place = tempdir().unwrap();
    let house = House::with(place.path(), |program| program.arg("--only=users,flags"));
    let offset = house.offset.to_string();
    let mut asked = polyops().arg("status").arg("--only=users,flags").arg("--port-offset").arg(&offset).spawn();
    assert!(asked.wait().success(), "{}", asked.stdout());
    assert_eq!(asked.stdout().lines().filter(|line| line.ends_with(" ready")).count(), 2, "{}", asked.stdout());
    let mut asked = polyops().arg("status").arg("--port-offset").arg(&offset).spawn();
    assert_eq!(asked.wait().code(), Some(1));
    assert!(asked.stdout().lines().any(|line| line.starts_with("incidents") && line.contains("does not answer")));
    house.stop();
}
