//! Forms that are not ours: every route that takes one, as the document of the service lists them.

use chassis::openapi;
use polystatus_frontend::Frontend;
use reqwest::Method;

use crate::browser::Browser;
use crate::world::World;

/// Forms that everybody may send: no session can be borrowed by them. See `routes`.
const OPEN: [&str; 4] = ["/reports", "/subscribe", "/subscribe/confirm", "/subscribe/unsubscribe"];

/// Forms that are sent before a login.
const BEFORE: [&str; 5] =
    ["/login", "/register", "/account/forgot", "/account/reset-password", "/account/verify-email"];

fn forms() -> Vec<String> {
    let document = openapi::document::<Frontend>();
    let posts = document.paths.paths.iter().filter(|(_, item)| item.post.is_some()).map(|(path, _)| path.clone());
    posts.filter(|path| !OPEN.contains(&path.as_str())).collect()
}

async fn send(browser: &Browser, path: &str, token: Option<&str>, site: &str) -> testbed::answer::Answer {
    let body = token.map_or_else(|| "typed=kept".to_owned(), |token| format!("csrf={token}&name=x&typed=kept"));
    let request = browser.request(Method::POST, path).header("sec-fetch-site", site);
    browser.send(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
}

#[tokio::test]
async fn a_form_without_the_token_of_its_session_and_one_of_another_site_are_taken_nowhere() {
    let world = World::start().await;
    let (admin, other) = (world.signed_in("admin").await, world.signed_in("manager").await);
    let stranger = world.browser();
    stranger.get("/login").await.assert_status(200);
    let (mine, theirs) = (admin.token(), other.token());
    assert!(mine.len() == 64 && mine != theirs);
    let forms = forms();
    assert!(forms.len() >= 20, "{forms:?}");
    for form in forms {
        let path = form.replace("{id}", "INC-1").replace(['{', '}'], "");
        let before = BEFORE.contains(&form.as_str());
        let (browser, good, bad) =
            if before { (&stranger, stranger.token(), mine.clone()) } else { (&admin, mine.clone(), theirs.clone()) };
        for (token, site, why) in [
            (None, "same-origin", "no token"),
            (Some(""), "same-origin", "an empty token"),
            (Some(bad.as_str()), "same-origin", "the token of another session"),
            (Some(&good[..63]), "same-origin", "a token that is cut"),
            (Some(good.as_str()), "cross-site", "another site"),
            (Some(good.as_str()), "same-site", "a neighbour"),
        ] {
            let answer = send(browser, &path, token, site).await;
            assert_eq!(answer.status, 403, "{path}, {why}: {answer}");
            assert!(site == "same-origin" || !answer.body.contains("kept"), "{path} shows what another site has sent");
        }
        // nobody is signed in, and a page of before the login has no session's token
        let nobody = send(&world.browser(), &path, Some(&good), "same-origin").await;
        assert_eq!(nobody.status, if before { 403 } else { 401 }, "{path}: {nobody}");
        // the table proves nothing if a good form were refused as well
        if form != "/logout" {
            let taken = send(browser, &path, Some(&good), "same-origin").await;
            assert!(taken.status != 403, "{path}: {taken}");
        }
    }
}

#[tokio::test]
async fn a_browser_that_says_nothing_needs_the_token_and_an_origin_is_looked_at() {
    let world = World::start().await;
    let admin = world.signed_in("admin").await;
    let form = |origin: Option<&str>, token: &str| {
        let request = admin.request(Method::POST, "/account/sessions/end");
        let request = if let Some(origin) = origin { request.header("origin", origin) } else { request };
        request.header("content-type", "application/x-www-form-urlencoded").body(format!("csrf={token}"))
    };
    let token = admin.token();
    admin.send(form(Some("https://evil.example.org"), &token)).await.assert_status(403);
    admin.send(form(Some("null"), &token)).await.assert_status(403);
    admin.send(form(None, "x")).await.assert_status(403);
    admin.send(form(None, &token)).await.assert_status(303);
}
