//! What readers get.

use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::spawn_app;
use crate::peers::{Peers, Reply, incident, summary, time};

const PAGES: [&str; 6] = ["/", "/history", "/providers", "/servers", "/subscribe", "/about"];

#[tokio::test]
async fn every_page_is_there_in_both_languages_with_a_policy_that_runs_nothing_foreign() {
    let app = spawn_app(&Peers::start()).await;
    for path in PAGES {
        for lang in ["en", "fr"] {
            let page = send(app.browser_in(lang, Method::GET, path)).await.expect(200);
            assert!(page.body.contains(&format!("<html lang=\"{lang}\"")), "{path}: {page}");
            assert!(page.body.contains(&format!("hreflang=\"fr\" href=\"https://status.example.org{path}?lang=fr\"")));
            assert!(!page.body.contains("style=") && !page.body.contains("<script>"), "{path}: nothing is inline");
            let policy = page.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(page.header("referrer-policy"), "same-origin");
            assert_eq!(page.header("strict-transport-security"), "max-age=63072000");
            assert_eq!(page.header("vary"), "accept-encoding, accept-language, cookie");
        }
    }
}

#[tokio::test]
async fn what_is_told_is_on_the_page() {
    let peers = Peers::start();
    let app = spawn_app(&peers).await;
    assert!(app.page("/").await.body.contains("Everything works."));
    let told = incident("INC-1", "Payments fail", "identified", "We know the cause");
    peers.set(
        "/api/v2/incidents.json",
        &json!({"incidents": [told, incident("INC-0", "It was dark", "resolved", "Over")]}),
    );
    peers.set("/api/v2/summary.json", &summary("major", "partial_outage"));
    let work = json!({"id": "w1", "name": "New disks", "status": "scheduled", "scheduled_for": time(3600), "scheduled_until": time(7200)});
    peers.set("/api/v2/scheduled-maintenances.json", &json!({"scheduled_maintenances": [work]}));
    peers.set("/api/v1/banner", &json!({"text": "No cards on Sunday", "level": "warning"}));
    peers.tell();
    let page = app.until("/", |page| page.contains("Payments fail") && page.contains("No cards on Sunday")).await;
    for text in ["Some things do not work.", "We know the cause", "New disks", "1 of 2 services", "Partial outage"] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("It was dark"), "what is over is history");
    let history = app.page("/history").await.body;
    assert!(history.contains("November 2023") && history.contains("It was dark") && history.contains("Payments fail"));
    let incident = app.page("/incidents/INC-0").await.expect(200).body;
    assert!(incident.contains("lasted 59 min") && incident.contains("Over"), "{incident}");
    // the banner is taken away again
    peers.reply("/api/v1/banner", Reply::Answer(404, r#"{"error":"There is no banner"}"#.to_owned()));
    app.until("/", |page| !page.contains("No cards on Sunday")).await;
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let app = spawn_app(&Peers::start()).await;
    let page = app.page("/").await;
    let again = app.browser(Method::GET, "/").header("if-none-match", page.header("etag"));
    let again = send(again).await.expect(304);
    assert!(again.body.is_empty());
    let french = app.browser_in("fr", Method::GET, "/").header("if-none-match", page.header("etag"));
    send(french).await.assert_status(200);
}

#[tokio::test]
async fn a_page_is_compressed_for_who_takes_it() {
    let app = spawn_app(&Peers::start()).await;
    let plain = app.page("/").await;
    let small = app.browser(Method::GET, "/").header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(small.headers()["content-encoding"], "gzip");
    let bytes = small.bytes().await.unwrap();
    assert!(bytes.starts_with(&[0x1f, 0x8b]) && bytes.len() * 3 < plain.body.len(), "{}", bytes.len());
}

#[tokio::test]
async fn a_choice_is_remembered_and_the_colours_are_not_in_the_address() {
    let app = spawn_app(&Peers::start()).await;
    let french = app.page("/history?lang=fr").await.expect(200);
    assert!(french.body.contains("<html lang=\"fr\""));
    assert_eq!(french.header("set-cookie"), "lang=fr; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly; Secure");
    let dark = app.page("/history?theme=dark").await.expect(303);
    assert_eq!((dark.header("location"), dark.header("cache-control")), ("/history", "no-store"));
    let page = send(app.browser(Method::GET, "/history").header("cookie", "theme=dark; lang=fr")).await;
    assert!(page.body.contains("<html lang=\"fr\" data-theme=\"dark\">"), "{page}");
}

#[tokio::test]
async fn what_is_not_there_is_said_to_people_and_to_programs_in_their_ways() {
    let app = spawn_app(&Peers::start()).await;
    for path in ["/nowhere", "/incidents/INC-9", "/incidents/..%2f", "//example.org"] {
        let page = app.page(path).await.expect(404);
        assert!(page.body.contains("There is nothing here.") && page.body.contains("href=\"/history\""), "{path}");
    }
    assert_eq!(app.stranger().get("/nowhere").await.refused(404), "There is nothing at this address");
    assert_eq!(app.page("/api/v2/nothing.json").await.refused(404), "There is nothing at this address");
    app.page("/docs/").await.assert_status(200);
}

#[tokio::test]
async fn the_status_api_feeds_and_badges_are_on_this_origin() {
    let app = spawn_app(&Peers::start()).await;
    let summary = app.get("/api/v2/summary.json").await.expect(200);
    assert_eq!(
        (summary.json()["page"]["name"].clone(), summary.header("content-type")),
        (json!("Example Shop"), "application/json")
    );
    assert_eq!(app.get("/api/v2/incidents/unresolved.json").await.json()["page"]["id"], "incidents/unresolved");
    assert_eq!(
        app.get("/history.atom").await.expect(200).header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    let badge = app.get("/badge/checkout.svg").await.expect(200);
    assert_eq!(badge.header("content-type"), "image/svg+xml");
    assert!(badge.header("content-security-policy").contains("sandbox"));
    assert_eq!(app.get("/badge/other.svg").await.refused(404), "Service not found");
}

#[tokio::test]
async fn what_belongs_to_a_page_is_kept_for_ever() {
    let app = spawn_app(&Peers::start()).await;
    let page = app.page("/").await.body;
    for begin in ["/assets/style.", "/assets/live.", "/assets/icon."] {
        let at = page.find(begin).unwrap();
        let path: String = page[at..].chars().take_while(|c| *c != '"').collect();
        let asset = app.stranger().get(&path).await.expect(200);
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
    }
    assert_eq!(app.stranger().get("/assets/style.0.css").await.refused(404), "There is nothing at this address");
}
