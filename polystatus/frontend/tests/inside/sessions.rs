//! Logins, and what becomes of them.

use crate::world::{PASSWORD, World};

const SESSION: &str = "__Host-session";

#[tokio::test]
async fn somebody_signs_in_looks_at_the_account_and_signs_out() {
    let world = World::start().await;
    let email = world.account("responder").await;
    let browser = world.browser();
    let asked = browser.get("/account?x=1").await.expect(303);
    assert_eq!(asked.header("location"), "/login?next=%2Faccount%3Fx%3D1");
    browser.get("/login?next=%2Faccount%3Fx%3D1").await.assert_status(200);
    let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", "/account?x=1")];
    let answer = browser.post("/login", &fields).await.expect(303);
    assert_eq!(answer.header("location"), "/account?x=1");
    let cookie = answer.headers.get_all("set-cookie").iter().next().unwrap().to_str().unwrap().to_owned();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    let page = browser.get("/account").await.expect(200);
    assert!(page.body.contains("A responder") && page.body.contains("responder@example.org"), "{page}");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    let ticket = browser.cookie(SESSION).unwrap();
    let left = browser.post("/logout", &[]).await.expect(303);
    assert!(left.header("clear-site-data") == "\"cache\"" && browser.cookie(SESSION).is_none());
    browser.set_cookie(SESSION, &ticket);
    browser.get("/account").await.assert_status(303);
}

#[tokio::test]
async fn what_is_wrong_with_a_login_is_said_and_the_address_stays() {
    let world = World::start().await;
    world.account("viewer").await;
    let browser = world.browser();
    for (email, password) in [("viewer@example.org", "not my password"), ("nobody@example.org", PASSWORD), ("x", "")] {
        let page = browser.log_in(email, password).await;
        assert!(page.status == 401 || page.status == 400, "{page}");
        assert!(page.body.contains(&format!("value=\"{email}\"")) && page.body.contains("id=\"wrong\""), "{page}");
        assert!(password.is_empty() || !page.body.contains(password));
    }
    let french = world.browser().in_french();
    assert!(
        french
            .log_in("viewer@example.org", "not my password")
            .await
            .body
            .contains("L’adresse ou le mot de passe est faux.")
    );
}

#[tokio::test]
async fn a_session_that_was_planted_is_worth_nothing() {
    let world = World::start().await;
    let email = world.account("viewer").await;
    let (victim, thief) = (world.browser(), world.browser());
    let planted = "ab".repeat(32);
    for browser in [&victim, &thief] {
        browser.set_cookie(SESSION, &planted);
    }
    victim.sign_in(&email).await;
    assert_ne!(victim.cookie(SESSION).unwrap(), planted);
    thief.get("/account").await.assert_status(303);
    // and signing in once more ends the session before
    let before = victim.cookie(SESSION).unwrap();
    victim.get("/login").await.assert_status(303);
    thief.set_cookie(SESSION, &before);
    thief.get("/account").await.assert_status(200);
}

#[tokio::test]
async fn a_login_leads_to_pages_of_ours_alone() {
    let world = World::start().await;
    let email = world.account("viewer").await;
    for next in
        ["//evil.example.org", "/\\evil.example.org", "https://evil.example.org", "/admin/\\..//evil", "", "/logout"]
    {
        let browser = world.browser();
        browser.get("/login").await.assert_status(200);
        let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", next)];
        let answer = browser.post("/login", &fields).await.expect(303);
        assert_eq!(answer.header("location"), "/admin", "{next}");
    }
}

#[tokio::test]
async fn a_session_ends_after_an_hour_without_use_and_after_half_a_day_in_any_case() {
    let world = World::start().await;
    let browser = world.signed_in("viewer").await;
    world.clock.advance(3599);
    browser.get("/account").await.assert_status(200);
    world.clock.advance(3600);
    browser.get("/account").await.assert_status(303);
    browser.sign_in("viewer@example.org").await;
    for _ in 0..23 {
        world.clock.advance(1800);
        browser.get("/account").await.assert_status(200);
    }
    world.clock.advance(1800);
    browser.get("/account").await.assert_status(303);
}

#[tokio::test]
async fn tabs_that_ask_at_once_refresh_once_and_the_session_goes_on() {
    let world = World::start().await;
    let browser = world.signed_in("viewer").await;
    for _ in 0..4 {
        // the access token has ended, and so has the grace for the refresh token before
        world.clock.advance(1000);
        let tabs: Vec<_> = (0..12).map(|_| browser.copy()).collect();
        let answers = futures_util::future::join_all(tabs.iter().map(|tab| tab.get("/account"))).await;
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    }
    let audit = world.users().get("/api/v1/audit").await.expect(200).body;
    assert!(!audit.contains("reused"), "{audit}");
}

#[tokio::test]
async fn a_session_that_ends_at_the_users_service_ends_here() {
    let world = World::start().await;
    let browser = world.signed_in("viewer").await;
    let user =
        world.users().get("/api/v1/users?q=viewer").await.expect(200).json()[0]["id"].as_str().unwrap().to_owned();
    world.users().delete(&format!("/api/v1/users/{user}/sessions")).await.assert_status(204);
    assert_eq!(browser.get("/account").await.expect(303).header("location"), "/login?next=%2Faccount");
    browser.sign_in("viewer@example.org").await;
    world
        .users()
        .put(&format!("/api/v1/users/{user}"), &serde_json::json!({"disabled": true}))
        .await
        .assert_status(200);
    world.clock.advance(1000);
    // no service is asked by this page: the refresh is refused
    browser.get("/account/signed-in").await.assert_status(303);
}

#[tokio::test]
async fn every_replica_knows_a_session_and_the_storage_holds_nothing_that_opens_it() {
    let world = World::start().await;
    let replica = world.replica().await;
    let browser = world.signed_in("viewer").await;
    let there = browser.at(replica.stranger());
    there.get("/account").await.assert_status(200);
    let ticket = browser.cookie(SESSION).unwrap();
    let kept = world.kept();
    for secret in [ticket.as_str(), "eyJ", "refresh_token", PASSWORD, "viewer@example.org"] {
        assert!(!kept.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} is in the storage");
    }
    there.post("/logout", &[]).await.assert_status(303);
    testbed::wait::until_async("it has ended here too", std::time::Duration::from_secs(10), async || {
        (browser.get("/account").await.status == 303).then_some(())
    })
    .await;
}

#[tokio::test]
async fn while_the_users_service_is_dead_that_is_said_and_nothing_is_lost() {
    let mut world = World::start().await;
    let browser = world.signed_in("responder").await;
    let dead = world.users.take();
    drop(dead);
    let page = browser.get("/account").await.expect(503);
    assert!(page.body.contains("You are still signed in") && browser.cookie(SESSION).is_some(), "{page}");
    // the other pages go on: they are asked of others
    browser.get("/admin").await.assert_status(200);
    let page = browser.post("/account/profile", &[("name", "A name that took long to type")]).await.expect(503);
    assert!(page.body.contains("value=\"A name that took long to type\""), "{page}");
    // a token that has ended cannot be refreshed: the session waits
    world.clock.advance(1000);
    let page = browser.get("/admin").await.expect(503);
    assert!(page.header("retry-after") == "5" && browser.cookie(SESSION).is_some(), "{page}");
    let page = browser.post("/account/profile", &[("name", "Typed meanwhile")]).await.expect(503);
    assert!(page.body.contains("value=\"Typed meanwhile\"") && page.body.contains("name=\"csrf\""), "{page}");
    let page = world.browser().log_in("responder@example.org", PASSWORD).await.expect(503);
    assert!(page.body.contains("value=\"responder@example.org\""), "{page}");
    // signing out works all the same
    let world = World::start().await;
    let browser = world.signed_in("viewer").await;
    let (ticket, mut world) = (browser.cookie(SESSION).unwrap(), world);
    drop(world.users.take());
    browser.get("/admin").await.assert_status(200);
    browser.post("/logout", &[]).await.assert_status(303);
    browser.set_cookie(SESSION, &ticket);
    browser.get("/admin").await.assert_status(303);
}

#[tokio::test]
async fn what_was_typed_before_a_session_ended_is_sent_after_the_next_login() {
    let world = World::start().await;
    let browser = world.signed_in("responder").await;
    browser.get("/admin/incidents/new").await.assert_status(200);
    world.clock.advance(3600);
    let fields = [("title", "A title that took long"), ("sev", "2"), ("once", "typed-once-123456")];
    let page = browser.post("/admin/incidents", &fields).await.expect(401);
    assert!(
        page.body.contains("value=\"A title that took long\"") && page.body.contains("next=%2Faccount%2Fsigned-in"),
        "{page}"
    );
    // in another tab
    browser.sign_in("responder@example.org").await;
    let page = browser.send(browser.form("/admin/incidents", &fields)).await.expect(403);
    assert!(page.body.contains("value=\"A title that took long\"") && page.body.contains("another session"), "{page}");
    browser.post("/admin/incidents", &fields).await.assert_status(303);
    // pressed twice: one incident
    browser.post("/admin/incidents", &fields).await.assert_status(303);
    assert_eq!(world.incidents.get("/api/v1/incidents").await.json().as_array().unwrap().len(), 1);
}
