//! What no well-behaved client sends.

use reqwest::Method;
use testbed::client::send;

use crate::app::spawn_app;
use crate::storage::Storage;

#[tokio::test]
async fn parameters_that_are_none_are_named() {
    let app = spawn_app(Storage::sqlite()).await;
    let long = format!("q={}", "x".repeat(201));
    for query in
        ["limit=0", "limit=501", "limit=x", "cursor=x", "cursor=MQ%3D%3D", "q=a%00b", "page=2", "q=a&q=b", &long]
    {
        app.get(&format!("/api/v1/products?{query}")).await.refused(400);
    }
}

#[tokio::test]
async fn a_cursor_of_our_form_at_any_place_is_a_page() {
    let app = spawn_app(Storage::sqlite()).await;
    // 9223372036854775807 and -9223372036854775808
    for (cursor, products) in [("OTIyMzM3MjAzNjg1NDc3NTgwNw", 0), ("LTkyMjMzNzIwMzY4NTQ3NzU4MDg", 4)] {
        assert_eq!(app.names(&format!("/api/v1/products?cursor={cursor}")).await.len(), products, "{cursor}");
    }
}

#[tokio::test]
async fn ids_that_are_none_name_no_product_and_writes_are_not_for_here() {
    let app = spawn_app(Storage::sqlite()).await;
    for id in ["+1", "%201", "1.0", "1e0", "99999999999999999999", "9223372036854775807", "..%2f1", "1%00", "\u{661}"] {
        app.get(&format!("/api/v1/products/{id}")).await.refused(404);
    }
    for (method, path) in [(Method::POST, "/api/v1/products"), (Method::DELETE, "/api/v1/products/1")] {
        let answer = send(app.request(method, path)).await;
        assert_eq!(answer.header("allow"), "GET, HEAD");
        answer.refused(405);
    }
}
