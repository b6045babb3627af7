//! Peers that lie, and readers that mean harm.

use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::storage::Storage;

use crate::app::{spawn_app, start};
use crate::peers::{Peers, Reply, incident, time};

const BAD: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&";

#[tokio::test]
async fn nothing_that_a_peer_says_is_markup() {
    let peers = Peers::start();
    let component = json!({"id": "checkout0001", "name": BAD, "status": BAD, "description": BAD, "group_id": "g"});
    peers.set(
        "/api/v2/summary.json",
        &json!({"page": {"name": BAD}, "status": {"indicator": BAD},
        "components": [{"id": "g", "name": BAD, "group": true}, component]}),
    );
    let mut told = incident("INC-1", BAD, "identified", BAD);
    told["components"] = json!([{"name": BAD}]);
    peers.set("/api/v2/incidents.json", &json!({"incidents": [told]}));
    let work = json!({"id": "w1", "name": BAD, "status": BAD, "scheduled_for": time(0), "scheduled_until": time(60),
        "incident_updates": [{"body": BAD, "display_at": time(0)}]});
    peers.set("/api/v2/scheduled-maintenances.json", &json!({"scheduled_maintenances": [work]}));
    peers.set("/api/v1/banner", &json!({"text": BAD, "level": BAD}));
    peers.set("/api/v1/services", &json!([{"id": "checkout", "name": BAD}, {"id": BAD, "name": "x"}]));
    peers.set("/api/v1/csp/status", &json!([{"provider": "x", "name": BAD, "state": BAD, "native": BAD, "as_of": 1}]));
    peers.set("/api/v1/csp/events", &json!([{"provider": "x", "title": BAD, "watched": true}]));
    peers.set("/api/v1/csp/history", &json!([{"provider": "x", "days": [{"date": BAD, "seconds": {BAD: 5}}]}]));
    peers.set(
        "/api/v1/servers",
        &json!({"servers": [{"hostname": BAD, "status": BAD, "tags": [BAD], "description": BAD}]}),
    );
    let app = spawn_app(&peers).await;
    for path in ["/", "/history", "/providers", "/servers", "/subscribe", "/about", "/incidents/INC-1"] {
        let page = app.page(path).await.expect(200).body;
        assert!(!page.contains("<script>") && !page.contains("<img") && !page.contains("\"'&"), "{path}: {page}");
        assert!(path == "/subscribe" || page.contains("alert(1)"), "{path} shows it as text");
    }
}

#[tokio::test]
async fn what_cannot_be_read_changes_nothing() {
    let peers = Peers::start();
    let app = spawn_app(&peers).await;
    for reply in [
        Reply::Answer(200, "{".to_owned()),
        Reply::Answer(200, "[]".to_owned()),
        Reply::Answer(200, "null".to_owned()),
        Reply::Answer(200, "[".repeat(100_000)),
        Reply::Answer(500, "<html>".to_owned()),
        Reply::Answer(404, "{}".to_owned()),
        Reply::Nothing,
        Reply::Endless,
        Reply::Silence,
    ] {
        peers.reply("/api/v2/summary.json", reply.clone());
        peers.tell();
        let page = app.until("/", |page| page.contains("Announcements and states: no answer since")).await;
        assert!(page.contains("Checkout") && page.contains("When we last heard"), "{reply:?}: {page}");
        peers.set("/api/v2/summary.json", &crate::peers::summary("none", "operational"));
        app.until("/", |page| page.contains("Everything works.")).await;
    }
}

#[tokio::test]
async fn a_choice_leads_to_no_other_site_and_into_no_header() {
    let app = spawn_app(&Peers::start()).await;
    for path in ["//example.org/?theme=dark", "/%2f/example.org?theme=dark", "/\\example.org?theme=dark"] {
        let answer = app.page(path).await;
        if answer.status == 303 {
            let location = answer.header("location");
            assert!(
                location.starts_with('/') && !location.starts_with("//") && !location.starts_with("/\\"),
                "{location}"
            );
        }
    }
    let odd = app.page("/?lang=%0d%0aset-cookie:x&theme=%00").await.expect(200);
    assert!(odd.headers.get("set-cookie").is_none());
    let cookies = "lang=xx; theme=<script>; a=b; =; ;;".to_owned() + &"x=y;".repeat(500);
    send(app.browser(Method::GET, "/").header("cookie", cookies)).await.assert_status(200);
}

#[tokio::test]
async fn a_storage_that_cannot_be_opened_stops_the_start_with_a_sentence() {
    let storage = Storage::sqlite();
    let peers = Peers::start();
    // a good one starts, so that it is the address and nothing else
    drop(start(&storage, &peers, |_| {}).await);
    let program = testbed::process::Program::new(env!("CARGO_BIN_EXE_polystatus-frontend"))
        .env("STORE_URL", "sqlite:/proc/none/x.db");
    let mut running = program.spawn();
    let status = running.wait();
    assert!(!status.success() && running.stderr().contains("polystatus-frontend: "), "{}", running.stderr());
}
