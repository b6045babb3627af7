//! What no browser sends by itself.

use reqwest::Method;
use testbed::client::send;
use testbed::service::TOKEN;

use crate::world::start;

#[tokio::test]
async fn what_others_wrote_is_text_and_nothing_else() {
    let world = start().await;
    let script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    world.add(script, script, "1").await;
    for path in ["/", "/products", "/products/1", "/products?q=%3Cscript%3Ealert(1)%3C/script%3E%22"] {
        let page = world.page(path).await.expect(200).body;
        assert!(!page.contains("<script") && !page.contains("<img"), "{path}: {page}");
    }
    let form = world.fill(&[("name", script), ("description", "</textarea><script>"), ("price", script)]).await;
    assert!(!form.body.contains("<script") && !form.body.contains("</textarea><"), "{form}");
}

#[tokio::test]
async fn a_form_of_another_site_adds_nothing() {
    let world = start().await;
    let body = format!("name=x&price=1&token={TOKEN}");
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example.org")]
    {
        let form = world.browser(Method::POST, "/products/new").header(name, value);
        let form = form.header("content-type", "application/x-www-form-urlencoded");
        let refused = send(form.body(body.clone())).await.expect(403);
        assert!(refused.body.contains("was not sent from here"), "{refused}");
    }
    assert!(world.page("/products").await.body.contains("There is no product yet."));
}

#[tokio::test]
async fn forms_that_are_none_are_refused() {
    let world = start().await;
    let post = |content_type: &str, body: String| {
        send(world.browser(Method::POST, "/products/new").header("content-type", content_type.to_owned()).body(body))
    };
    post("application/json", "{}".to_owned()).await.refused(415);
    post("application/x-www-form-urlencoded", "x".repeat(70_000)).await.refused(413);
    // the largest that may be, in the longest way to write it
    let long = format!("name=x&price=1&description={}&token={TOKEN}", "%F0%9D%94%98".repeat(4000));
    post("application/x-www-form-urlencoded", long).await.assert_status(303);
    for once in ["x", "../../etc", &"0".repeat(33), "0123456789abcdef0123456789abcdeZ"] {
        let body = format!("name=x&price=1&once={once}&token={TOKEN}");
        post("application/x-www-form-urlencoded", body).await.assert_status(303);
    }
    send(world.browser(Method::DELETE, "/products/new")).await.refused(405);
}

#[tokio::test]
async fn addresses_of_every_kind_are_answered() {
    let world = start().await;
    let long = format!("/products?q={}", "x".repeat(5000));
    for path in
        ["/products?q=%00%0a", "/products?cursor=nonsense%20", "/products?cursor=x", "/?lang=xx&theme=xx", &long]
    {
        world.page(path).await.assert_status(200);
    }
    let cookies = "lang=xx; theme=<script>; a=b; =; ;;".to_owned() + &"x=y;".repeat(500);
    send(world.browser(Method::GET, "/").header("cookie", cookies)).await.assert_status(200);
    // the choice of a language leads nowhere else
    let elsewhere = send(world.browser(Method::GET, "//evil.example.org/?lang=fr")).await.expect(303);
    assert_eq!(elsewhere.header("location"), "/evil.example.org/");
}

#[tokio::test]
async fn an_open_form_without_a_token_stops_the_start_with_a_sentence() {
    let program = testbed::process::Program::new(env!("CARGO_BIN_EXE_display-product")).env("OPEN_FORM", "true");
    let mut running = program.spawn();
    let status = running.wait();
    assert!(!status.success() && running.stderr().contains("needs --add-token"), "{}", running.stderr());
}
