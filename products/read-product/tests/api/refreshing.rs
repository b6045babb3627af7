//! How the catalogue in memory follows the table.

use std::time::Duration;

use chassis::ids::{Ids, RandomIds};
use chassis::service::Foundation;
use events::{Broker, Relay};
use products::database::{Database, ProductOutbox};
use testbed::wait;

use crate::app::{LONG, Table, TestApp};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    what_was_added_is_listed_as_soon_as_it_is_told,
    what_was_added_just_now_is_found_though_nobody_has_told_of_it,
    what_was_changed_by_hand_is_seen_when_the_list_is_old,
}

const SOON: Duration = Duration::from_secs(30);

/// Tells of what is added, as add-product does.
async fn teller(table: &Table, events_url: &str) -> Relay {
    let database = Database::open(&table.storage().url().parse().unwrap()).await.unwrap();
    let broker = Broker::open(&events_url.parse().unwrap(), &Foundation::default());
    Relay::start(ProductOutbox::of(database), &broker)
}

async fn is_listed(app: &TestApp, names: &[&str]) {
    let listed = async || (app.names("/api/v1/products").await == names).then_some(());
    wait::until_async(&format!("{names:?}"), SOON, listed).await;
}

async fn what_was_added_is_listed_as_soon_as_it_is_told(storage: Storage) {
    let (table, bus) = (Table::of(storage).await, format!("in-process:{}", RandomIds.secret()));
    let app = TestApp::on(table.clone(), &bus, LONG).await;
    let empty = app.get("/api/v1/products").await.expect(200);
    assert_eq!(empty.body, "[]");
    table.add("Teapot", "", "1").await;
    let _telling = teller(&table, &bus).await;
    is_listed(&app, &["Teapot"]).await;
    assert_ne!(app.get("/api/v1/products").await.header("etag"), empty.header("etag"));
}

async fn what_was_added_just_now_is_found_though_nobody_has_told_of_it(storage: Storage) {
    let table = Table::of(storage).await;
    let app = TestApp::on(table.clone(), "in-process:", LONG).await;
    let product = table.add("Teapot", "", "1").await;
    assert_eq!(app.get("/api/v1/products").await.body, "[]", "nobody has told of it");
    let path = format!("/api/v1/products/{}", product.id);
    assert_eq!(app.get(&path).await.expect(200).json()["name"], "Teapot");
    assert_eq!(app.names("/api/v1/products").await, ["Teapot"], "and it is in the list from now on");
}

async fn what_was_changed_by_hand_is_seen_when_the_list_is_old(storage: Storage) {
    let table = Table::of(storage).await;
    for name in ["Teapot", "Cup", "Kettle"] {
        table.add(name, "", "1").await;
    }
    let app = TestApp::on(table.clone(), "in-process:", 1).await;
    table.by_hand("UPDATE product SET name = 'Mug' WHERE id = 2").await;
    is_listed(&app, &["Teapot", "Mug", "Kettle"]).await;
    table.by_hand("DELETE FROM product WHERE id = 1").await;
    is_listed(&app, &["Mug", "Kettle"]).await;
}

/// By RabbitMQ, as in containers; and nothing is missed that was said while this service was off.
async fn by_rabbitmq(storage: Storage) {
    let host = testbed::rabbitmq::virtual_host().await;
    let table = Table::of(storage).await;
    let app = TestApp::on(table.clone(), &host.url(), LONG).await;
    // the queue is there from the first start on
    let bound = async || host.list("queues").await.iter().any(|queue| queue["name"] == "read-product").then_some(());
    wait::until_async("the queue", SOON, bound).await;
    let _telling = teller(&table, &host.url()).await;
    table.add("Teapot", "", "1").await;
    is_listed(&app, &["Teapot"]).await;
    table.add("Cup", "", "1").await;
    is_listed(&app, &["Teapot", "Cup"]).await;
}

mod rabbitmq {
    use super::*;

    #[tokio::test]
    async fn a_product_is_listed_when_the_broker_tells_of_it_on_sqlite() {
        by_rabbitmq(Storage::sqlite()).await;
    }

    #[tokio::test]
    async fn a_product_is_listed_when_the_broker_tells_of_it_on_mariadb() {
        by_rabbitmq(Storage::mariadb().await).await;
    }
}
