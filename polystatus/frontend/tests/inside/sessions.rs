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
