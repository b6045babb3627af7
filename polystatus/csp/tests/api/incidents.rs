//! What concerns us becomes an incident of our own, once: the real incidents service, behind a network that fails on
//! command.

use std::time::Duration;

use polystatus_incidents::Incidents;
use serde_json::{Value, json};
use testbed::chaos_proxy::ChaosProxy;
use testbed::client::send;
use testbed::service::{TOKEN, TestService};
use testbed::storage::Storage;
use testbed::wait;

use crate::app::{TestApp, spawn_with, text};
use crate::feed_server::{FeedServer, incident, page, well};

/// Longer than a circuit breaker stays open.
const SOON: Duration = Duration::from_secs(40);

struct House {
    // in this order, in which they are dropped
    app: TestApp,
    proxy: ChaosProxy,
    incidents: TestService<Incidents>,
    server: FeedServer,
}

impl House {
    async fn start(storage: Storage) -> Self {
        let mut settings = polystatus_incidents::settings::Settings::default();
        settings.store.store_url = Some("memory:".parse().unwrap());
        let incidents = TestService::<Incidents>::with(settings).random_ids().start().await;
        let proxy = ChaosProxy::start(incidents.address).unwrap();
        let url = format!("http://{}", proxy.address());
        let app = spawn_with(storage, |settings| {
            settings.incidents_url = Some(url);
            settings.incidents_token = Some(TOKEN.to_owned().into());
        })
        .await;
        let server = FeedServer::with(well()).await;
        app.add(json!({
            "name": "Forge", "feed_url": server.url(), "type": "json", "watch": {"products": ["Git"]},
            "opens": {"from": "partial_outage", "sev": 2, "services": ["Checkout"]},
        }))
        .await;
        Self { app, proxy, incidents, server }
    }

    async fn opened(&self) -> Vec<Value> {
        self.incidents.get("/api/v1/incidents").await.expect(200).json().as_array().unwrap().clone()
    }

    async fn wait_for(&self, number: usize) -> Vec<Value> {
        let found = async || {
            let opened = self.opened().await;
            (opened.len() >= number).then_some(opened)
        };
        wait::until_async("the incidents", SOON, found).await
    }

    /// Wait until the event knows its incident.
    async fn linked(&self) -> String {
        let found = async || {
            let events = self.app.events("?active=true").await;
            events.iter().find_map(|event| event["incident"].as_str().map(str::to_owned))
        };
        wait::until_async("the event to know its incident", SOON, found).await
    }
}

fn trouble(impact: &str) -> String {
    page("none", "operational", &json!([incident("i1", impact)]))
}

#[tokio::test]
async fn an_event_that_concerns_us_opens_one_incident_and_no_second() {
    let house = House::start(Storage::sqlite()).await;
    house.server.send(trouble("minor"));
    house.app.refresh("forge").await;
    house.server.send(trouble("major"));
    house.app.refresh("forge").await;
    let opened = house.wait_for(1).await;
    let seen = &opened[0];
    assert_eq!(
        [&seen["title"], &seen["sev"], &seen["source"], &seen["services"], &seen["status"]],
        [&json!("Forge: Trouble i1"), &json!(2), &json!("csp"), &json!(["Checkout"]), &json!("open")]
    );
    assert!(text(seen, "summary").contains("We are looking."));
    assert_eq!(house.linked().await, text(seen, "id"));

    // it goes on, becomes worse, goes away and comes back: it is the same event
    for body in [trouble("critical"), well(), trouble("critical")] {
        house.server.send(body);
        house.app.clock.advance(60);
        house.app.refresh("forge").await;
    }
    // another event opens another, and shows that those before were sent
    house.server.send(page("none", "operational", &json!([incident("i2", "major")])));
    house.app.refresh("forge").await;
    let titles: Vec<String> = house.wait_for(2).await.iter().map(|incident| text(incident, "title")).collect();
    assert_eq!(titles, ["Forge: Trouble i2", "Forge: Trouble i1"]);
}

#[tokio::test]
async fn what_the_rule_does_not_name_opens_nothing() {
    let house = House::start(Storage::sqlite()).await;
    let elsewhere = |mut incident: Value| {
        incident["components"] = json!([{"name": "Wiki", "status": "operational"}]);
        incident["name"] = json!("Wiki is down");
        incident
    };
    house.server.send(page(
        "none",
        "operational",
        &json!([incident("small", "minor"), elsewhere(incident("other", "critical"))]),
    ));
    house.app.refresh("forge").await;
    house.server.send(page("none", "operational", &json!([incident("ours", "major")])));
    house.app.refresh("forge").await;
    let opened = house.wait_for(1).await;
    assert_eq!(opened.len(), 1);
    assert_eq!(opened[0]["title"], "Forge: Trouble ours");
}

#[tokio::test]
async fn while_the_incidents_service_is_down_nothing_is_lost_and_nothing_is_opened_twice() {
    let house = House::start(Storage::sqlite()).await;
    house.proxy.cut();
    house.server.send(trouble("critical"));
    house.app.refresh("forge").await;
    assert_eq!(house.app.status("forge").await["state"], "major_outage", "that is told all the same");
    house.proxy.restore();
    assert_eq!(house.wait_for(1).await.len(), 1);
    let id = house.linked().await;
    assert_eq!(house.opened().await.len(), 1);
    assert_eq!(text(&house.opened().await[0], "id"), id);
}

#[tokio::test]
async fn an_incident_is_opened_by_hand() {
    let house = House::start(Storage::sqlite()).await;
    let by_hand =
        json!({"title": "GitHub: pushes fail", "sev": 3, "source": "csp", "services": ["Deployments"], "summary": "x"});
    let opened = house.app.post("/api/v1/incidents", &by_hand).await.expect(201);
    let id = text(&opened.json(), "id");
    assert_eq!(opened.header("location"), format!("/api/v1/incidents/{id}"));
    assert_eq!((&opened.json()["source"], &opened.json()["sev"]), (&json!("csp"), &json!(3)));
    assert_eq!(house.incidents.get(&format!("/api/v1/incidents/{id}")).await.expect(200).json(), opened.json());

    let again = || house.app.request(reqwest::Method::POST, "/api/v1/incidents").header("Idempotency-Key", "k1");
    let first = send(again().json(&by_hand)).await.expect(201).json();
    assert_eq!(send(again().json(&by_hand)).await.expect(201).json()["id"], first["id"]);
    assert_eq!(house.opened().await.len(), 2);
    send(again().json(&json!({"title": "Another", "sev": 1}))).await.refused(409);

    house.proxy.cut();
    let said = house.app.post("/api/v1/incidents", &by_hand).await.refused_for_now();
    assert_eq!(said, "The incidents service cannot be asked: try again, with the same Idempotency-Key");
}
