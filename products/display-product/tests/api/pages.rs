//! What readers get.

use insta::assert_snapshot;
use reqwest::Method;
use testbed::client::send;

use crate::world::start;

#[tokio::test]
async fn every_page_is_there_in_both_languages_with_a_policy_that_runs_nothing() {
    let world = start().await;
    world.add("Teapot", "Holds a litre.", "12.50").await;
    for path in ["/", "/products", "/products/1", "/products/new", "/about", "/nowhere"] {
        for lang in ["en", "fr"] {
            let page = world.stranger().request(Method::GET, path).header("accept-language", lang);
            let page = send(page).await.expect(if path == "/nowhere" { 404 } else { 200 });
            assert!(page.body.contains(&format!("<html lang=\"{lang}\"")), "{path}: {page}");
            assert!(!page.body.contains("style=") && !page.body.contains("<script"), "{path}: {page}");
            let policy = page.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
            assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("same-origin", "no-cache"));
            assert!(page.headers.get("strict-transport-security").is_none());
        }
    }
}

#[tokio::test]
async fn the_pages_of_a_catalogue() {
    let world = start().await;
    assert!(world.page("/products").await.body.contains("There is no product yet."));
    world.add("Teapot", "Holds a litre,\nand does not drip.", "12.50").await;
    world.add("Cup", "", "3").await;
    for (name, path) in [("home", "/"), ("list", "/products"), ("product", "/products/1"), ("generic", "/nowhere")] {
        assert_snapshot!(name, world.page(path).await);
    }
    let french = world.browser(Method::GET, "/products?lang=fr");
    let french = send(french).await.expect(303);
    assert_eq!((french.header("location"), french.header("cache-control")), ("/products", "no-store"));
    assert_eq!(french.header("set-cookie"), "lang=fr; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    let french = send(world.browser(Method::GET, "/products").header("cookie", "lang=fr; theme=dark")).await;
    assert!(french.body.contains("<html lang=\"fr\" data-theme=\"dark\"") && french.body.contains("12,50"), "{french}");
}

#[tokio::test]
async fn a_search_finds_and_a_long_list_has_pages() {
    let world = start().await;
    for number in 0..51 {
        world.add(&format!("Product {number}"), if number == 7 { "with a lid" } else { "" }, "1").await;
    }
    let found = world.page("/products?q=LID").await.expect(200).body;
    assert!(found.contains("Product 7<") && found.matches("/products/8").count() == 1, "{found}");
    assert!(!found.contains("Product 8<"), "{found}");
    assert!(world.page("/products?q=zebra").await.body.contains("No product has “zebra”"));
    let first = world.page("/products").await.body;
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(!first.contains("Product 50<"));
    let second = world.page(&next.replace("&amp;", "&").replace("&#38;", "&")).await.expect(200).body;
    assert!(second.contains("Product 50<") && !second.contains("Product 49<") && !second.contains("rel=\"next\""));
}

#[tokio::test]
async fn what_is_not_there_is_said_to_people_and_to_programs_in_their_ways() {
    let world = start().await;
    for path in ["/nowhere", "/products/1", "/products/x", "/products/1/2", "//example.org", "/products/99999999999"] {
        let page = world.page(path).await.expect(404);
        assert!(page.body.contains("There is nothing here."), "{path}: {page}");
    }
    let program = world.stranger().request(Method::GET, "/nowhere").header("accept", "application/json");
    assert_eq!(send(program).await.refused(404), "There is nothing at this address");
    world.page("/api/v1/nothing").await.refused(404);
    world.page("/assets/style.0.css").await.refused(404);
    world.page("/docs/").await.assert_status(200);
    let page = world.page("/").await.body;
    for begin in ["/assets/style.", "/assets/icon."] {
        let at = page.find(begin).unwrap();
        let path: String = page[at..].chars().take_while(|c| *c != '"').collect();
        let asset = world.stranger().get(&path).await.expect(200);
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
    }
}
