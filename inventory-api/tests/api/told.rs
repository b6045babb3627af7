//! What the inventory tells others: each time that a server goes down or comes back, also when the process dies.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chassis::ids::{Ids, RandomIds};
use chassis::service::Foundation;
use events::{Broker, Event, Subscription};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};
use testbed::chaos_proxy::ChaosProxy;
use testbed::client::{http, send};
use testbed::process::{Program, Running};
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::{TestApp, server};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    that_a_server_goes_down_or_comes_back_is_told,
    what_was_told_is_not_told_again_after_a_restart,
    replicas_tell_everything_in_order,
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
        let mut subscription = broker.subscribe("ear", &["inventory.#"], move |event: Event| {
            let mut heard = heard.lock().unwrap();
            if heard.iter().all(|known| known.id() != event.id()) {
                heard.push(event);
            }
            async { Ok(()) }
        });
        subscription.ready().await;
        subscription
    }

    fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }

    /// What was told: kind, server, and the status after it.
    fn told(&self) -> Vec<[String; 3]> {
        let word = |event: &Event| {
            let data: Value = event.data().unwrap();
            [event.kind(), event.subject(), data["status"].as_str().unwrap()].map(str::to_owned)
        };
        self.events().iter().map(word).collect()
    }

    async fn has_heard(&self, wanted: &[[&str; 3]]) {
        let heard = async || (self.told().len() >= wanted.len()).then_some(());
        wait::until_async(&format!("{wanted:?}"), SOON, heard).await;
        assert_eq!(self.told(), wanted);
    }
}

fn bus() -> String {
    format!("in-process:{}", RandomIds.secret())
}

const UP: &str = "inventory.server.up";
const DOWN: &str = "inventory.server.down";
const FIRST: [&str; 3] = [DOWN, "2", "down"];

async fn that_a_server_goes_down_or_comes_back_is_told(storage: Storage) {
    let (bus, ear) = (bus(), Ear::default());
    let _heard = ear.listen(&bus).await;
    let app = TestApp::start_telling(Arc::new(storage), &bus).await;
    ear.has_heard(&[FIRST]).await;
    app.clock.advance(60);
    for (body, path) in [
        (json!({"description": "not the status: \"status\",\"from\":\"down\",\"to\":\"down\""}), "/api/v1/servers/2"),
        (json!({"status": "up"}), "/api/v1/servers/2"),
        (json!({"status": "maintenance"}), "/api/v1/servers/2"),
        (json!({"status": "down", "hostname": "renamed"}), "/api/v1/servers/2"),
        (json!({"status": "maintenance"}), "/api/v1/servers/2"),
        (json!({"status": "down"}), "/api/v1/servers/1"),
    ] {
        assert_eq!(app.patch(path, &body).await.status, 200);
    }
    app.add(server("fine", "10.1.0.1", "up")).await;
    app.delete("/api/v1/servers/3").await;
    app.delete("/api/v1/servers/1").await;
    let table = "hostname,ip,status\nimported-1,10.1.0.1,down\nimported-2,10.1.0.2,up\nimported-3,10.1.0.3,down\n";
    assert_eq!(app.import("/api/v1/servers/import", "text/csv", table).await.status, 200);
    let told = [
        FIRST,
        [UP, "2", "up"],
        [DOWN, "2", "down"],
        [UP, "2", "maintenance"],
        [DOWN, "1", "down"],
        [UP, "1", "deleted"],
        [DOWN, "4", "down"],
        [DOWN, "6", "down"],
    ];
    ear.has_heard(&told).await;
    let events = ear.events();
    assert_snapshot!("told", [2, 5].map(|place| events[place].to_json()).join("\n"));
}

async fn what_was_told_is_not_told_again_after_a_restart(storage: Storage) {
    let (bus, storage) = (bus(), Arc::new(storage));
    let told = [FIRST, [UP, "2", "up"], [DOWN, "2", "down"]];
    for round in 1..=told.len() {
        let ear = Ear::default();
        let _heard = ear.listen(&bus).await;
        let app = TestApp::start_telling(Arc::clone(&storage), &bus).await;
        if round > 1 {
            assert_eq!(app.patch("/api/v1/servers/2", &json!({"status": told[round - 1][2]})).await.status, 200);
        }
        ear.has_heard(&told[round - 1..round]).await;
        // marked as told once the outbox is empty: what ends before that may tell it again
        let metrics = async || app.get("/metrics").await.body.contains("events_pending 0\n").then_some(());
        wait::until_async("an empty outbox", SOON, metrics).await;
    }
}

async fn replicas_tell_everything_in_order(storage: Storage) {
    let (bus, ear, storage) = (bus(), Ear::default(), Arc::new(storage));
    let _heard = ear.listen(&bus).await;
    let first = TestApp::start_telling(Arc::clone(&storage), &bus).await;
    let second = TestApp::start_telling(Arc::clone(&storage), &bus).await;
    let mut told = vec![FIRST];
    for (app, status, kind) in [(&first, "up", UP), (&second, "down", DOWN)].into_iter().cycle().take(20) {
        assert_eq!(app.patch("/api/v1/servers/2", &json!({"status": status})).await.status, 200);
        told.push([kind, "2", status]);
    }
    ear.has_heard(&told).await;
}

/// Servers that go down and come back.
const SERVERS: usize = 3;

/// Let a server go down and come back until the process is gone; gives how often that was acknowledged.
async fn flap_until(url: String, changes: usize) -> usize {
    let client = http();
    for change in 0..changes {
        let status = if change % 2 == 0 { "down" } else { "up" };
        match client.patch(&url).bearer_auth(TOKEN).json(&json!({"status": status})).send().await {
            Ok(answer) => assert_eq!(answer.status(), 200),
            Err(_) => return change,
        }
    }
    changes
}

/// What the history says of a server: went down, came back, in order.
async fn history(running: &Running, id: usize) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    let mut next = Some(format!("/api/v1/servers/{id}/history?limit=500"));
    while let Some(path) = next {
        let page = send(http().get(running.url(&path))).await;
        for change in page.json().as_array().unwrap() {
            let status = change["changes"].as_array().unwrap().iter().find(|field| field["field"] == "status");
            kinds.extend(status.and_then(|status| match (&status["from"], &status["to"]) {
                (_, to) if to == "down" => Some(DOWN),
                (from, _) if from == "down" => Some(UP),
                _ => None,
            }));
        }
        next = page.next();
    }
    kinds.reverse();
    kinds
}

/// Nothing that was acknowledged stays untold, whatever the moment of the process's death.
async fn a_crash_costs_no_event(storage: Storage) {
    let host = testbed::rabbitmq::virtual_host().await;
    let proxy = ChaosProxy::start(host.address()).unwrap();
    let ear = Ear::default();
    let _heard = ear.listen(&host.url()).await;
    let program = Program::new(env!("CARGO_BIN_EXE_inventory-api"))
        .env("DATABASE_URL", storage.url())
        .env("API_TOKEN", TOKEN)
        .env("LOG_LEVEL", "off")
        .env("EVENTS_URL", host.url_through(proxy.address().port()));
    for round in 0..4 {
        // between commit and broker for certain: there is no broker
        let away = round % 2 == 0;
        if away {
            proxy.cut();
        } else {
            proxy.restore();
        }
        let mut running = program.start();
        if round == 0 {
            for name in ["a", "b", "c"] {
                let request = http().post(running.url("/api/v1/servers")).bearer_auth(TOKEN);
                assert_eq!(send(request.json(&server(name, "10.1.0.1", "up"))).await.status, 201);
            }
        }
        let before = ear.events().len();
        let urls: Vec<_> = (3..3 + SERVERS).map(|id| running.url(&format!("/api/v1/servers/{id}"))).collect();
        let flapping = join_all(urls.into_iter().map(|url| flap_until(url, if away { 21 } else { usize::MAX })));
        if away {
            assert_eq!(flapping.await, [21; SERVERS]);
            running.kill_9();
        } else {
            let enough = async {
                let heard = async || (ear.events().len() > before + 100).then_some(());
                wait::until_async("some events", SOON, heard).await;
                running.kill_9();
            };
            tokio::join!(flapping, enough);
        }
    }
    proxy.restore();
    let running = program.start();
    for id in 3..3 + SERVERS {
        let wanted = history(&running, id).await;
        let told = async || {
            let events = ear.events();
            let of_it = events.iter().filter(|event| event.subject() == id.to_string());
            let told: Vec<_> = of_it.map(|event| event.kind().to_owned()).collect();
            assert!(wanted.len() >= told.len() && told == wanted[..told.len()], "{id}: {told:?} of {wanted:?}");
            (told.len() == wanted.len()).then_some(())
        };
        wait::until_async(&format!("what happened to {id}"), SOON, told).await;
    }
}

mod rabbitmq {
    use super::*;

    #[tokio::test]
    async fn a_crash_costs_no_event_on_sqlite() {
        a_crash_costs_no_event(Storage::sqlite()).await;
    }

    #[tokio::test]
    async fn a_crash_costs_no_event_on_postgres() {
        a_crash_costs_no_event(Storage::postgres().await).await;
    }
}
