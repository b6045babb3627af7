//! What no well-behaved client sends.

use reqwest::Method;
use testbed::client::send;

use crate::app::{product, spawn_app};
use crate::storage::Storage;

#[tokio::test]
async fn bodies_of_every_wrong_kind_are_refused_in_our_shape() {
    let app = spawn_app(Storage::sqlite()).await;
    let long = format!(r#"{{"name":"{}","price":"1"}}"#, "x".repeat(70_000));
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    for (content_type, body, status) in [
        ("application/json", "", 400),
        ("application/json", "{", 400),
        ("application/json", "null", 400),
        ("application/json", r#"["x", "", "1"]"#, 400),
        ("application/json", r#"{"name":"x","price":"1"} {}"#, 400),
        ("application/json", r#"{"name":"x","name":"y","price":"1"}"#, 400),
        ("application/json", r#"{"name":"\ud800","price":"1"}"#, 400),
        ("application/json", &deep, 400),
        ("application/json", &long, 413),
        ("text/plain", r#"{"name":"x","price":"1"}"#, 415),
        ("application/x-www-form-urlencoded", "name=x&price=1", 415),
    ] {
        let request = app.request(Method::POST, "/api/v1/products").header("content-type", content_type);
        send(request.body(body.to_owned())).await.refused(status);
    }
    assert_eq!(app.products().await, []);
}

#[tokio::test]
async fn other_methods_paths_and_strangers_are_told_so() {
    let app = spawn_app(Storage::sqlite()).await;
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        let answer = send(app.request(method.clone(), "/api/v1/products")).await;
        assert_eq!(answer.header("allow"), "POST", "{method}");
        answer.refused(405);
    }
    app.get("/api/v1/products/1").await.refused(404);
    let stranger = app.stranger().post("/api/v1/products", &product("x", "1")).await;
    assert_eq!(stranger.header("www-authenticate"), "Bearer");
    stranger.refused(401);
    app.as_("wrong").post("/api/v1/products", &product("x", "1")).await.refused(401);
    assert_eq!(app.products().await, []);
}
