//! A product is added.

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;

use crate::app::{product, spawn_app};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    what_is_added_is_in_the_table_as_it_was_sent,
    everything_that_is_wrong_is_named,
    the_same_key_adds_one_product,
    many_writers_are_numbered_without_a_gap,
    texts_of_every_script_and_length_come_back_as_they_went,
}

async fn what_is_added_is_in_the_table_as_it_was_sent(storage: Storage) {
    let app = spawn_app(storage).await;
    let answer = app.post("/api/v1/products", &product("Teapot", "12.5")).await;
    assert_snapshot!("added", answer);
    app.post("/api/v1/products", &json!({"name": " Cup ", "price": "0"})).await.assert_status(201);
    let products: Vec<_> = app
        .products()
        .await
        .into_iter()
        .map(|product| (product.id, product.name, product.description, product.price.cents()))
        .collect();
    let expected = [(1, "Teapot", "Holds a litre.", 1250), (2, "Cup", "", 0)];
    let expected = expected.map(|(id, name, description, cents)| (id, name.to_owned(), description.to_owned(), cents));
    assert_eq!(products, expected);
}

async fn everything_that_is_wrong_is_named(storage: Storage) {
    let app = spawn_app(storage).await;
    let wrong = json!({"name": "", "description": "a\u{0}", "price": "1.234"});
    assert_snapshot!("wrong", app.post("/api/v1/products", &wrong).await);
    for wrong in [
        json!({}),
        json!({"name": "x"}),
        json!({"price": "1"}),
        json!({"name": "x", "price": 1}),
        json!({"name": "x", "price": "-1"}),
        json!({"name": "x", "price": "1e3"}),
        json!({"name": "x", "price": "10000000"}),
        json!({"name": null, "price": "1"}),
        json!({"name": ["x"], "price": "1"}),
        json!({"name": "a\nb", "price": "1"}),
        json!({"name": "x", "price": "1", "description": null}),
        json!({"name": "x", "price": "1", "id": 7}),
    ] {
        app.post("/api/v1/products", &wrong).await.refused(400);
    }
    assert_eq!(app.products().await, []);
}

async fn the_same_key_adds_one_product(storage: Storage) {
    let app = spawn_app(storage).await;
    let first = app.add_under("k1", &product("Teapot", "12.50")).await.expect(201);
    // another instance, and a price that is written otherwise
    let other = app.replica().await;
    let again = other.add_under("k1", &product("Teapot", "12.5")).await.expect(201);
    assert_eq!((again.json(), again.header("location")), (first.json(), first.header("location")));
    let refused = app.add_under("k1", &product("Cup", "1")).await.refused(409);
    assert!(refused.contains("Idempotency-Key"), "{refused}");
    app.add_under("k2", &product("Teapot", "12.50")).await.assert_status(201);
    let cup = json!({"name": "Cup", "price": "1"});
    let at_once = join_all((0..8).map(|_| app.add_under("k3", &cup))).await;
    assert!(at_once.iter().all(|answer| answer.status == 201 && answer.json()["id"] == 3), "{at_once:?}");
    assert_eq!(app.products().await.len(), 3);
    for key in ["", "a b", "é", &"k".repeat(256)] {
        app.add_under(key, &product("Cup", "1")).await.refused(400);
    }
    // after a day it is forgotten
    app.clock.advance(86_401);
    assert_eq!(app.add_under("k4", &product("Cup", "1")).await.expect(201).json()["id"], 4);
    assert_eq!(app.add_under("k1", &product("Cup", "1")).await.expect(201).json()["id"], 5);
}

async fn many_writers_are_numbered_without_a_gap(storage: Storage) {
    let app = spawn_app(storage).await;
    let other = app.replica().await;
    let add = async |number: usize| {
        let writer = if number.is_multiple_of(2) { &app } else { &other };
        let sent = product(&format!("Product {number}"), "1");
        let answer = writer.post("/api/v1/products", &sent).await;
        // two processes on one SQLite file wait for one another, and not for ever
        if answer.status == 503 { answer.refused_for_now() } else { answer.expect(201).json()["name"].to_string() }
    };
    join_all((0..40).map(add)).await;
    let ids: Vec<i64> = app.products().await.iter().map(|product| product.id).collect();
    assert!(!ids.is_empty() && ids == (1..=i64::try_from(ids.len()).unwrap()).collect::<Vec<_>>(), "{ids:?}");
}

async fn texts_of_every_script_and_length_come_back_as_they_went(storage: Storage) {
    let app = spawn_app(storage).await;
    for (name, description) in [
        ("Café crème ☕", "Ünï𝕔ødé\n\tand \"quotes\" 'and' \\ backslashes; DROP TABLE product; --"),
        ("<script>alert(1)</script>", "{{ 7*7 }} %s ${x} \u{202e}right to left"),
        (&*"𝔘".repeat(200), &*"é".repeat(4000)),
    ] {
        let sent = json!({"name": name, "description": description, "price": "9999999.99"});
        let answer = app.post("/api/v1/products", &sent).await.expect(201).json();
        assert_eq!((&answer["name"], &answer["description"]), (&json!(name), &json!(description)));
        let last = app.products().await.pop().unwrap();
        assert_eq!((&*last.name, &*last.description), (name, description));
    }
    let long = json!({"name": "x", "description": "é".repeat(4001), "price": "1"});
    app.post("/api/v1/products", &long).await.refused(400);
}
