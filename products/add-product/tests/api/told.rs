//! What others are told: each product, once in effect and in order, also when the process dies or the broker is away.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chassis::ids::{Ids, RandomIds};
use chassis::service::Foundation;
use events::{Broker, Event, Subscription};
use products::Product;
use testbed::chaos_proxy::ChaosProxy;
use testbed::client::{http, send};
use testbed::process::Program;
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::{TestApp, product};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    every_product_is_told_in_order_and_not_again_after_a_restart,
}

/// As long as it may take until a broker that was away is connected to again.
const SOON: Duration = Duration::from_secs(30);

/// Somebody who listens, and drops what comes twice.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<Event>>>);

impl Ear {
    async fn listen(&self, url: &str) -> Subscription {
        let broker = Broker::open(&url.parse().unwrap(), &Foundation::default());
        let heard = Arc::clone(&self.0);
        let mut subscription = broker.subscribe("ear", &[products::ADDED], move |event: Event| {
            let mut heard = heard.lock().unwrap();
            if heard.iter().all(|known| known.id() != event.id()) {
                heard.push(event);
            }
            async { Ok(()) }
        });
        subscription.ready().await;
        subscription
    }

    /// The products that were told.
    fn told(&self) -> Vec<Product> {
        self.0.lock().unwrap().iter().map(|event| event.data().unwrap()).collect()
    }

    async fn has_heard(&self, wanted: &[Product]) {
        let heard = async || (self.told().len() >= wanted.len()).then_some(());
        wait::until_async(&format!("{wanted:?}"), SOON, heard).await;
        assert_eq!(self.told(), wanted);
    }
}

async fn every_product_is_told_in_order_and_not_again_after_a_restart(storage: Storage) {
    let (bus, storage) = (format!("in-process:{}", RandomIds.secret()), Arc::new(storage));
    for round in 0..2 {
        let ear = Ear::default();
        let _heard = ear.listen(&bus).await;
        let app = TestApp::telling(Arc::clone(&storage), &bus).await;
        for number in 0..20 {
            app.post("/api/v1/products", &product(&format!("{round} {number}"), "1.50")).await.assert_status(201);
        }
        let all = app.products().await;
        ear.has_heard(&all[round * 20..]).await;
        let first = ear.0.lock().unwrap()[0].clone();
        let id = (round * 20 + 1).to_string();
        assert_eq!((first.source(), first.kind(), first.subject()), ("/products", "product.added", &*id));
        // marked as told once the outbox is empty: what ends before that may tell it again
        let metrics = async || app.get("/metrics").await.body.contains("events_pending 0\n").then_some(());
        wait::until_async("an empty outbox", SOON, metrics).await;
    }
}

/// Nothing that was acknowledged stays untold, whatever the moment of the process's death.
async fn a_crash_costs_no_event(storage: Storage) {
    let host = testbed::rabbitmq::virtual_host().await;
    let proxy = ChaosProxy::start(host.address()).unwrap();
    let ear = Ear::default();
    let _heard = ear.listen(&host.url()).await;
    let program = Program::new(env!("CARGO_BIN_EXE_add-product"))
        .env("DATABASE_URL", storage.url())
        .env("API_TOKEN", TOKEN)
        .env("LOG_LEVEL", "off")
        .env("EVENTS_URL", host.url_through(proxy.address().port()));
    let mut acknowledged = Vec::new();
    for round in 0..4 {
        // between commit and broker for certain: there is no broker
        if round % 2 == 0 {
            proxy.cut();
        } else {
            proxy.restore();
        }
        let mut running = program.start();
        for number in 0..5 {
            let request = http().post(running.url("/api/v1/products")).bearer_auth(TOKEN);
            let answer = send(request.json(&product(&format!("{round} {number}"), "2"))).await.expect(201);
            acknowledged.push(serde_json::from_str(&answer.body).unwrap());
        }
        running.kill_9();
    }
    proxy.restore();
    let _running = program.start();
    ear.has_heard(&acknowledged).await;
}

mod rabbitmq {
    use super::*;

    #[tokio::test]
    async fn a_crash_costs_no_event_on_sqlite() {
        a_crash_costs_no_event(Storage::sqlite()).await;
    }

    #[tokio::test]
    async fn a_crash_costs_no_event_on_mariadb() {
        a_crash_costs_no_event(Storage::mariadb().await).await;
    }
}
