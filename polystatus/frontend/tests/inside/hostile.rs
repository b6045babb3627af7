//! People who mean harm.

use reqwest::Method;
use serde_json::json;
use testbed::client::Client;
use testbed::process::Program;

use crate::browser::Browser;
use crate::world::{PASSWORD, World};

const BAD: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&";

#[tokio::test]
async fn a_cookie_that_is_none_of_ours_is_nobody() {
    let world = World::start().await;
    let long = "a".repeat(7000);
    for cookie in
        ["", "0", "x; __Host-session=y", &long, &"0".repeat(64), "../../etc/passwd", "%00%0d%0a", "\"quoted\""]
    {
        let browser = world.browser();
        browser.set_cookie("__Host-session", cookie);
        let answer = browser.get("/admin").await.expect(303);
        assert_eq!(answer.header("location"), "/login?next=%2Fadmin", "{cookie}");
        // and a page that everybody reads does not care
        browser.get("/").await.assert_status(200);
    }
}

#[tokio::test]
async fn a_form_that_is_too_large_or_no_form_is_refused() {
    let world = World::start().await;
    let browser = world.signed_in("responder").await;
    let huge = "x".repeat(600_000);
    browser.post("/admin/incidents", &[("title", &huge)]).await.assert_status(413);
    // of a stranger less is read
    let stranger = world.browser();
    stranger.get("/login").await.assert_status(200);
    stranger.post("/login", &[("email", &huge[..40_000])]).await.assert_status(413);
    let json = browser.request(Method::POST, "/admin/incidents").header("sec-fetch-site", "same-origin");
    browser.send(json.header("content-type", "application/json").body("{}")).await.assert_status(415);
    let odd = browser.form("/admin/incidents/../../x/status", &[("status", "%00"), ("csrf", &browser.token())]);
    assert!(browser.send(odd).await.status < 500);
    for id in ["..", "%2e%2e", "%2F..%2Fusers", "INC-1%3Fx", "%00", "%0d%0a"] {
        let answer = browser.get(&format!("/admin/incidents/{id}")).await;
        assert!(
            answer.status == 404 || answer.status == 400 || answer.status == 200 || answer.status == 503,
            "{id}: {answer}"
        );
    }
}

#[tokio::test]
async fn nothing_that_somebody_writes_is_markup_and_no_secret_stands_in_a_page() {
    let world = World::start().await;
    let manager = world.signed_in("manager").await;
    let ticket = manager.cookie("__Host-session").unwrap();
    let bad = json!({"title": BAD, "sev": 1, "summary": BAD, "services": [BAD]});
    let opened = world.incidents.post("/api/v1/incidents", &bad).await.expect(201).json();
    let path = format!("/admin/incidents/{}", opened["id"].as_str().unwrap());
    manager.post(&format!("{path}/timeline"), &[("type", "note"), ("message", BAD)]).await.assert_status(303);
    let preview = manager.post(&format!("{path}/announce"), &[("state", BAD), ("announcement", BAD)]).await.expect(200);
    let mut pages = vec![preview];
    for page in [path.clone(), format!("{path}/edit"), "/admin".into(), "/admin/incidents".into(), "/account".into()] {
        pages.push(manager.get(&page).await.expect(200));
    }
    pages.push(manager.get(&format!("/admin/incidents?q={}", "%3Cscript%3E%22")).await.expect(200));
    for page in pages {
        assert!(
            !page.body.contains("<script>") && !page.body.contains("<img") && !page.body.contains("\"'&"),
            "{page}"
        );
        assert!(!page.body.contains(&ticket) && !page.body.contains("eyJ"), "{page}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.headers.get("content-encoding").is_none() && page.headers.get("etag").is_none());
    }
}

#[tokio::test]
async fn no_secret_is_written_into_the_log() {
    let world = World::start().await;
    let email = world.account("viewer").await;
    // its clock is that of the machine: the token of the login has ended long ago, and is refreshed at once
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-frontend"))
        .env("STORE_URL", "memory:")
        .env("LOG_LEVEL", "debug")
        .env("USERS_URL", world.users().url(""))
        .env("INCIDENTS_URL", world.incidents.url(""))
        .env("COMMUNICATIONS_URL", world.communications.url(""));
    let mut running = program.start();
    let browser = Browser::of(Client::of(running.address()));
    browser.get("/login?next=/account").await.assert_status(200);
    let form = browser.token();
    browser
        .post("/login", &[("email", "my secret in the wrong field"), ("password", "a wrong secret")])
        .await
        .assert_status(401);
    browser.post("/login", &[("email", &email), ("password", PASSWORD)]).await.assert_status(303);
    // over plain HTTP the names are plain
    let ticket = browser.cookie("session").unwrap();
    browser.get("/account?x=a-secret-in-an-address").await;
    browser.get("/account/reset-password?token=a-token-of-a-mail").await.assert_status(200);
    running.terminate();
    let log = format!("{}{}", running.stdout(), running.stderr());
    assert!(log.contains("/login"), "{log}");
    for secret in
        [&form, &ticket, PASSWORD, "my secret", "a wrong secret", "eyJ", "a-token-of-a-mail", "a-secret-in-an-address"]
    {
        assert!(!log.contains(secret), "`{secret}` is in the log:\n{log}");
    }
}
