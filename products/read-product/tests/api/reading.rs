//! What readers get.

use insta::assert_snapshot;
use reqwest::Method;
use testbed::client::send;

use crate::app::spawn_app;
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    the_list_is_a_plain_array_in_the_order_of_the_ids,
    a_search_looks_into_names_and_descriptions,
    a_page_leads_to_the_next_until_there_is_none,
    what_a_reader_has_is_not_sent_again,
}

async fn the_list_is_a_plain_array_in_the_order_of_the_ids(storage: Storage) {
    let app = spawn_app(storage).await;
    assert_snapshot!("list", app.get("/api/v1/products").await);
    assert_snapshot!("one", app.get("/api/v1/products/1").await);
    let answer = app.get("/api/v1/products").await;
    assert_eq!((answer.header("age"), answer.header("cache-status")), ("0", "read-product; hit; ttl=3600"));
    for nothing in ["/api/v1/products/9999999", "/api/v1/products/0", "/api/v1/products/-1", "/api/v1/products/x"] {
        assert_eq!(app.get(nothing).await.refused(404), "Product not found");
    }
    // behind the last by one: it is looked for, and not found
    assert_eq!(app.get("/api/v1/products/5").await.refused(404), "Product not found");
}

async fn a_search_looks_into_names_and_descriptions(storage: Storage) {
    let app = spawn_app(storage).await;
    for (query, names) in [
        ("q=tea", &["Teapot", "Kettle"][..]),
        ("q=TEA", &["Teapot", "Kettle"]),
        ("q=caf%C3%A9", &["Café filter"]),
        ("q=%25", &[]),
        ("q=", &["Teapot", "Cup", "Kettle", "Café filter"]),
        ("q=%20cup%20", &["Cup"]),
    ] {
        assert_eq!(app.names(&format!("/api/v1/products?{query}")).await, names, "{query}");
    }
}

async fn a_page_leads_to_the_next_until_there_is_none(storage: Storage) {
    let app = spawn_app(storage).await;
    let mut names = Vec::new();
    let mut next = Some("/api/v1/products?limit=2&q=e".to_owned());
    while let Some(path) = next {
        names.push(app.names(&path).await);
        next = app.get(&path).await.next();
    }
    assert_eq!(names, [&["Teapot", "Kettle"][..], &["Café filter"]]);
}

async fn what_a_reader_has_is_not_sent_again(storage: Storage) {
    let app = spawn_app(storage).await;
    for path in ["/api/v1/products", "/api/v1/products/1"] {
        let tag = app.get(path).await.header("etag").to_owned();
        let again = app.request(Method::GET, path).header("if-none-match", &tag);
        let again = send(again).await.expect(304);
        assert!(again.body.is_empty() && again.header("etag") == tag, "{again}");
        let other = app.request(Method::GET, path).header("if-none-match", "\"other\"");
        send(other).await.assert_status(200);
    }
}
