//! `deploy/prometheus/metrics.txt` says which figures there are; `cargo xtask lint` lets alerts and dashboards use no
//! others. Here it is held against the services themselves.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use polyops::members;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use tempfile::tempdir;
use testbed::client::send;
use testbed::{tools, wait};

use crate::house::House;

const FILE: &str = "deploy/prometheus/metrics.txt";

/// How long after the last request its figures may take: a mail is sent, a copy made.
const SOON: Duration = Duration::from_mins(1);

/// Lines `service figure type`, and of them those marked `seldom`: they show once something has gone wrong.
fn listed() -> (BTreeSet<String>, BTreeSet<String>) {
    let text = std::fs::read_to_string(tools::file(FILE)).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (seldom, always): (Vec<_>, Vec<_>) = lines.partition(|line| line.ends_with(" seldom"));
    let owned = |line: &str| line.trim_end_matches(" seldom").to_owned();
    (always.into_iter().map(owned).collect(), seldom.into_iter().map(owned).collect())
}

/// The same lines, of what the services expose.
async fn exposed(house: &House) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for member in members::all() {
        let text = house.client(member.name).get("/metrics").await.body;
        let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        all.extend(types.map(|figure| format!("{} {figure}", member.program)));
    }
    all
}

/// What brings the figures that are there from their first use on: a mail, and a document that others hear of.
async fn use_everything(house: &House) {
    let subscriber = json!({"email": "zoe@example.org"});
    house.client("communications").post("/api/v1/subscriptions/email", &subscriber).await.assert_status(201);
    let documents = house.client("documents");
    let account = json!({"login": "zoe", "password": "nine-lamps-over-a-slow-river"});
    documents.post("/api/v1/users", &account).await.assert_status(201);
    let token = documents.stranger().post("/api/v1/login", &account).await.json()["token"].as_str().unwrap().to_owned();
    let file = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nx\r\n--b--\r\n";
    let upload = documents.as_(token).request(Method::POST, "/api/v1/files");
    let upload = upload.header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(file);
    send(upload).await.assert_status(201);
}

#[tokio::test]
async fn the_list_of_figures_is_what_the_services_expose() {
    let place = tempdir().unwrap();
    let house = House::with(place.path(), |program| program.arg("--demo"));
    use_everything(&house).await;
    let (always, seldom) = listed();
    let all_there = wait::until_async("every figure of the list", SOON, async || {
        let exposed = exposed(&house).await;
        always.is_subset(&exposed).then_some(exposed)
    });
    let exposed = all_there.await;
    let known: BTreeSet<String> = always.union(&seldom).cloned().collect();
    let mut unlisted = String::new();
    for line in exposed.difference(&known) {
        writeln!(unlisted, "{line}").unwrap();
    }
    assert!(unlisted.is_empty(), "{FILE} lacks these lines:\n{unlisted}");
    house.stop();
}
