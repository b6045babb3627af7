//! What readers send.

use reqwest::Method;
use serde_json::json;
use testbed::client::send;

use crate::app::{spawn_app, spawn_with};
use crate::peers::{Peers, Reply};

const REPORT: &str = "service=checkout&symptom=slow";

#[tokio::test]
async fn a_report_is_passed_on_without_the_address_of_who_sent_it() {
    let peers = Peers::start();
    peers.reply("/api/v1/reports", Reply::Answer(201, "{}".to_owned()));
    let app = spawn_app(&peers).await;
    let page = app.form("/reports", REPORT).await.expect(200);
    assert!(page.body.contains("Thank you. It counts.") && page.body.contains("Checkout"), "{page}");
    assert_eq!(page.header("cache-control"), "no-store");
    peers.reply("/api/v1/reports", Reply::Answer(200, "{}".to_owned()));
    assert!(app.form("/reports", REPORT).await.expect(200).body.contains("We know already."));
    let posted = peers.posted("/api/v1/reports");
    assert_eq!(posted[0].1, json!({"service": "checkout", "symptom": "slow"}));
    assert!(posted[0].0.starts_with("fd") && posted[0].0 == posted[1].0, "{posted:?}");
}

#[tokio::test]
async fn what_is_no_form_of_ours_is_not_passed_on() {
    let peers = Peers::start();
    let app = spawn_app(&peers).await;
    for body in
        ["", "service=checkout", "symptom=slow", "service=other&symptom=slow", "service=checkout&symptom=x", "%ff=%00"]
    {
        app.form("/reports", body).await.assert_status(400);
    }
    let foreign = app.browser(Method::POST, "/reports").header("sec-fetch-site", "cross-site");
    let foreign = foreign.header("content-type", "application/x-www-form-urlencoded").body(REPORT);
    assert!(send(foreign).await.expect(403).body.contains("from another site"));
    let large = app.browser(Method::POST, "/reports").header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(send(large.body("x".repeat(40_000))).await.status, 413);
    let json = app.browser(Method::POST, "/reports").header("content-type", "application/json").body("{}");
    assert_eq!(send(json).await.status, 415);
    assert!(peers.posted("/api/v1/reports").is_empty());
}

#[tokio::test]
async fn a_person_sends_so_many_forms_an_hour_and_a_peer_s_own_limit_is_passed_back() {
    let peers = Peers::start();
    peers.reply("/api/v1/reports", Reply::Answer(201, "{}".to_owned()));
    let app = spawn_with(&peers, |settings| settings.forms_per_hour = 2).await;
    app.until("/", |page| page.contains("value=\"checkout\"")).await;
    app.form("/reports", REPORT).await.assert_status(200);
    app.form("/reports", REPORT).await.assert_status(200);
    // 22:13:20
    assert_eq!(app.form("/reports", REPORT).await.expect(429).header("retry-after"), "2800");
    app.clock.advance(3600);
    peers.reply("/api/v1/reports", Reply::Answer(429, "{}".to_owned()));
    app.form("/reports", REPORT).await.assert_status(429);
}

#[tokio::test]
async fn when_nobody_takes_a_form_that_is_said() {
    let peers = Peers::start();
    let app = spawn_app(&peers).await;
    peers.reply("/api/v1/reports", Reply::Answer(503, "{}".to_owned()));
    let page = app.form("/reports", REPORT).await.expect(503);
    assert!(page.body.contains("That did not arrive.") && page.header("retry-after") == "60", "{page}");
    peers.reply("/api/v1/subscriptions/email", Reply::Nothing);
    app.form("/subscribe", "email=zoe%40example.org").await.assert_status(503);
}

#[tokio::test]
async fn a_subscription_is_asked_for_confirmed_and_ended() {
    let peers = Peers::start();
    let app = spawn_app(&peers).await;
    peers.reply("/api/v1/subscriptions/email", Reply::Answer(201, "{}".to_owned()));
    let page = app.form("/subscribe", "email=zoe%40example.org&service=checkout&service=mail").await.expect(200);
    assert!(page.body.contains("Look into your mailbox."), "{page}");
    let asked = &peers.posted("/api/v1/subscriptions/email")[0].1;
    assert_eq!(*asked, json!({"email": "zoe@example.org", "services": ["checkout", "mail"], "lang": "en"}));
    peers.reply("/api/v1/subscriptions/email", Reply::Answer(400, r#"{"error":"x"}"#.to_owned()));
    assert!(app.form("/subscribe", "email=zoe").await.expect(400).body.contains("no mail address"));
    for (name, button, done) in [
        ("confirm", "Yes, subscribe me", "You are subscribed."),
        ("unsubscribe", "End the subscription", "No more mails."),
    ] {
        let (path, link) = (format!("/api/v1/subscriptions/{name}"), format!("/subscribe/{name}?token=abc"));
        peers.reply(&path, Reply::Answer(200, "{}".to_owned()));
        let page = app.page(&link).await.expect(200);
        assert!(page.body.contains(button) && !page.body.contains("abc"), "{page}");
        assert!(peers.posted(&path).is_empty(), "to look changes nothing");
        assert!(app.form(&link, "").await.expect(200).body.contains(done));
        assert_eq!(peers.posted(&path)[0].1, json!({"token": "abc"}));
        peers.reply(&path, Reply::Answer(404, r#"{"error":"x"}"#.to_owned()));
        assert!(app.form(&link, "").await.expect(404).body.contains("not good any more"));
    }
    // a mail program ends a subscription by itself, from elsewhere
    peers.reply("/api/v1/subscriptions/unsubscribe", Reply::Answer(200, "{}".to_owned()));
    let one_click =
        app.browser(Method::POST, "/subscribe/unsubscribe?token=abc").header("sec-fetch-site", "cross-site");
    let one_click =
        one_click.header("content-type", "application/x-www-form-urlencoded").body("List-Unsubscribe=One-Click");
    send(one_click).await.assert_status(200);
}
