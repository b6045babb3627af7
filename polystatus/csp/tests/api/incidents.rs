//! What concerns us becomes an incident of our own, once: the real incidents service, behind a network that fails on
//! command.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
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

    /// Send this from now on, and look so often.
    async fn look(&self, body: String, times: usize) {
        self.server.send(body);
        for _ in 0..times {
            self.app.clock.advance(60);
            self.app.refresh("forge").await;
        }
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

/// The provider says that these are over.
fn resolved(ids: &[&str]) -> String {
    let over = |id: &&str| {
        let mut over = incident(id, "critical");
        over["status"] = json!("resolved");
        over
    };
    page("none", "operational", &json!(ids.iter().map(over).collect::<Vec<_>>()))
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

/// The status of an incident, its commander, and what its timeline says, the oldest first.
async fn told(house: &House, id: &str) -> (String, Vec<String>) {
    let incident = house.incidents.get(&format!("/api/v1/incidents/{id}")).await.expect(200).json();
    let timeline = house.incidents.get(&format!("/api/v1/incidents/{id}/timeline")).await.expect(200).json();
    (text(&incident, "status"), timeline.as_array().unwrap().iter().map(|entry| text(entry, "message")).collect())
}

async fn until_told(house: &House, id: &str, status: &str, end: &str) -> Vec<String> {
    let found = async || {
        let (is, timeline) = told(house, id).await;
        (is == status && timeline.iter().any(|message| message.contains(end))).then_some(timeline)
    };
    wait::until_async("the incident to be told", SOON, found).await
}

fn notes(timeline: &[String]) -> usize {
    timeline.iter().filter(|message| message.starts_with("The provider says")).count()
}

#[tokio::test]
async fn when_the_event_is_over_the_incident_is_resolved_and_when_it_comes_back_it_is_open_again() {
    let house = House::start(Storage::sqlite()).await;
    house.server.send(trouble("major"));
    house.app.refresh("forge").await;
    let id = house.linked().await;
    let over =
        "The provider says that it is over (resolved critical), as seen at 2023-11-14T22:14:20Z: Forge: Trouble i1";
    let back = "The provider says that it goes on again (investigating critical), as seen at 2023-11-14T22:16:20Z: Forge: Trouble i1";
    house.look(resolved(&["i1"]), 2).await;
    let timeline = until_told(&house, &id, "resolved", over).await;
    assert_eq!(notes(&timeline), 1, "{timeline:?}");
    house.look(trouble("critical"), 1).await;
    let timeline = until_told(&house, &id, "open", back).await;
    assert_eq!(notes(&timeline), 2, "{timeline:?}");
    house.look(resolved(&["i1"]), 2).await;
    assert_eq!(notes(&until_told(&house, &id, "resolved", "T22:17:20Z").await), 3);
    // three times is enough
    house.look(trouble("critical"), 1).await;
    assert_eq!(notes(&until_told(&house, &id, "resolved", "T22:19:20Z").await), 4);
    assert_eq!(house.opened().await.len(), 1);
}

#[tokio::test]
async fn the_end_of_an_event_of_which_nobody_spoke_for_months_is_told_too() {
    let house = House::start(Storage::sqlite()).await;
    house.look(trouble("major"), 1).await;
    let id = house.linked().await;
    // longer than what is over is kept
    house.app.clock.advance(100 * 24 * 3600);
    house.look(resolved(&["i1"]), 2).await;
    until_told(&house, &id, "resolved", "The provider says that it is over").await;
}

#[tokio::test]
async fn what_a_page_that_is_well_lists_no_more_is_over() {
    let house = House::start(Storage::sqlite()).await;
    house.look(trouble("major"), 1).await;
    let id = house.linked().await;
    house.look(well(), 1).await;
    // one answer is not believed
    house.look(trouble("major"), 1).await;
    house.look(well(), 2).await;
    let note = "The provider says that it is over (listed no more by a page that is well), as seen at";
    let timeline = until_told(&house, &id, "resolved", note).await;
    assert_eq!(notes(&timeline), 1, "{timeline:?}");
}

#[tokio::test]
async fn two_caches_that_differ_resolve_nothing_and_fill_no_timeline() {
    let house = House::start(Storage::sqlite()).await;
    house.look(trouble("major"), 1).await;
    let id = house.linked().await;
    for _ in 0..5 {
        house.look(resolved(&["i1"]), 1).await;
        house.look(trouble("major"), 1).await;
    }
    house.look(resolved(&["i1"]), 2).await;
    let timeline = until_told(&house, &id, "resolved", "The provider says that it is over").await;
    assert_eq!(notes(&timeline), 1, "{timeline:?}");
}

#[tokio::test]
async fn an_incident_that_people_have_in_hand_gets_a_note_and_stays_as_it_is() {
    let house = House::start(Storage::sqlite()).await;
    let both = json!([incident("i1", "major"), incident("i2", "major")]);
    house.server.send(page("none", "operational", &both));
    house.app.refresh("forge").await;
    let opened = house.wait_for(2).await;
    let [commanded, touched] = [0, 1].map(|place: usize| text(&opened[place], "id"));
    let path = |id: &str, what: &str| format!("/api/v1/incidents/{id}/{what}");
    house.incidents.post(&path(&commanded, "assign"), &json!({"commander": "USR-1"})).await.assert_status(200);
    for status in ["mitigated", "open"] {
        house.incidents.post(&path(&touched, "status"), &json!({"status": status})).await.assert_status(200);
    }
    wait::until_async("both events to know their incidents", SOON, async || {
        let events = house.app.events("?active=true").await;
        events.iter().all(|event| event["incident"].is_string()).then_some(())
    })
    .await;
    house.look(resolved(&["i1", "i2"]), 2).await;
    for id in [commanded, touched] {
        let timeline = until_told(&house, &id, "open", "The provider says that it is over").await;
        assert_eq!(notes(&timeline), 1, "{timeline:?}");
    }
}

#[tokio::test]
async fn what_is_over_before_the_incidents_service_is_back_is_opened_and_resolved() {
    let house = House::start(Storage::sqlite()).await;
    house.proxy.cut();
    for body in [trouble("critical"), resolved(&["i1"]), resolved(&["i1"])] {
        house.server.send(body);
        house.app.refresh("forge").await;
    }
    house.proxy.restore();
    let id = text(&house.wait_for(1).await[0], "id");
    until_told(&house, &id, "resolved", "The provider says that it is over").await;
}

#[tokio::test]
async fn a_provider_that_is_taken_out_and_comes_back_opens_nothing_a_second_time() {
    let house = House::start(Storage::sqlite()).await;
    house.server.send(trouble("critical"));
    house.app.refresh("forge").await;
    let id = house.linked().await;
    let provider = json!({
        "name": "Forge", "feed_url": house.server.url(), "type": "json",
        "opens": {"from": "partial_outage", "sev": 1, "services": ["Checkout"]},
    });
    house.app.delete("/api/v1/csp/providers/forge").await.assert_status(204);
    house.app.add(provider.clone()).await;
    house.app.refresh("forge").await;
    assert_eq!(house.linked().await, id, "it is the same event");
    // a feed that is elsewhere and tells of the same event does not either
    house.server.reply("/moved", crate::feed_server::Reply::Whole(200, Vec::new(), trouble("critical").into()));
    let mut moved = provider;
    moved["feed_url"] = json!(house.server.at("/moved"));
    house.app.put("/api/v1/csp/providers/forge", &moved).await.assert_status(200);
    house.app.refresh("forge").await;
    assert_eq!((house.linked().await, house.opened().await.len()), (id, 1));
}

#[tokio::test]
async fn a_provider_opens_so_many_incidents_in_an_hour_and_the_others_wait() {
    let house = House::start(Storage::sqlite()).await;
    let all: Vec<Value> = (0..15).map(|number| incident(&format!("i{number}"), "critical")).collect();
    house.server.send(page("none", "operational", &json!(all)));
    house.app.refresh("forge").await;
    assert_eq!(house.wait_for(10).await.len(), 10);
    let note = "5 events wait before they open an incident: a provider opens at most 10 in an hour";
    assert_eq!(house.app.status("forge").await["note"], note);
    house.app.clock.advance(60 * 60);
    house.app.refresh("forge").await;
    house.wait_for(15).await;
    assert_eq!(house.app.status("forge").await["note"], json!(null));
}

/// An incidents service that fails for one incident and not for the others: the real one does that only when it is broken.
#[tokio::test]
async fn one_incident_that_cannot_be_opened_holds_up_no_other() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let broken = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"}") && stream.read_buf(&mut request).await.unwrap_or(0) > 0 {}
            let fails = String::from_utf8_lossy(&request).contains("Trouble i1");
            let (status, body) = if fails { ("500 x", "{}") } else { ("201 x", "{\"id\":\"INC-1\"}") };
            let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all((head + body).as_bytes()).await;
        }
    });
    let app = spawn_with(Storage::sqlite(), |settings| settings.incidents_url = Some(url)).await;
    let all: Vec<Value> = (0..4).map(|number| incident(&format!("i{number}"), "critical")).collect();
    let server = FeedServer::with(page("none", "operational", &json!(all))).await;
    app.add(
        json!({"name": "Forge", "feed_url": server.url(), "type": "json", "opens": {"from": "major_outage", "sev": 1}}),
    )
    .await;
    app.refresh("forge").await;
    let linked = async || {
        let events = app.events("").await;
        (events.iter().filter(|event| event["incident"].is_string()).count() == 3).then_some(())
    };
    wait::until_async("the other three", SOON, linked).await;
    broken.abort();
}

/// An incidents service that opens what it is asked to and refuses to be told anything, or refuses from the beginning.
async fn refusing(opens: Arc<AtomicU16>) -> (String, tokio::task::JoinHandle<()>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            let is_whole = |request: &[u8]| {
                request.ends_with(b"}") || request.starts_with(b"GET") && request.ends_with(b"\r\n\r\n")
            };
            while !is_whole(&request) && stream.read_buf(&mut request).await.unwrap_or(0) > 0 {}
            let request = String::from_utf8_lossy(&request).into_owned();
            let (status, body) = match (request.starts_with("POST"), request.contains("/timeline")) {
                (true, true) => (403, "{\"error\": \"Not you\"}"),
                (true, false) => (opens.load(Ordering::Relaxed), "{\"id\": \"INC-1\", \"error\": \"Not this\"}"),
                (false, true) => (200, "[]"),
                (false, false) => (200, "{\"status\": \"open\", \"commander\": null}"),
            };
            let head = format!("HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all((head + body).as_bytes()).await;
        }
    });
    (url, task)
}

/// A provider with an event that opened an incident, or wants to, and is over; beside a service that answers so.
async fn over_beside(opens: &Arc<AtomicU16>) -> (TestApp, FeedServer, tokio::task::JoinHandle<()>) {
    let (url, task) = refusing(Arc::clone(opens)).await;
    let app = spawn_with(Storage::sqlite(), |settings| settings.incidents_url = Some(url)).await;
    let server = FeedServer::with(trouble("critical")).await;
    app.add(
        json!({"name": "Forge", "feed_url": server.url(), "type": "json", "opens": {"from": "major_outage", "sev": 1}}),
    )
    .await;
    app.refresh("forge").await;
    server.send(resolved(&["i1"]));
    app.refresh("forge").await;
    app.refresh("forge").await;
    (app, server, task)
}

async fn until_audited(app: &TestApp, action: &str) {
    let found = async || {
        let log = app.get("/api/v1/audit").await.expect(200).json();
        log.as_array().unwrap().iter().any(|entry| entry["action"] == action).then_some(())
    };
    wait::until_async("the audit entry", SOON, found).await;
}

/// Long after, the event and what was wanted for it are forgotten.
async fn forgets(app: &TestApp, server: &FeedServer) {
    app.clock.advance(95 * 24 * 60 * 60);
    server.send(well());
    app.refresh("forge").await;
    assert_eq!(app.events("").await.len(), 0);
}

#[tokio::test]
async fn what_may_not_be_told_is_given_up_and_forgotten() {
    let (app, server, task) = over_beside(&Arc::new(AtomicU16::new(201))).await;
    until_audited(&app, "incident.not-told").await;
    forgets(&app, &server).await;
    task.abort();
}

#[tokio::test]
async fn what_is_refused_after_its_end_is_forgotten() {
    let opens = Arc::new(AtomicU16::new(500));
    let (app, server, task) = over_beside(&opens).await;
    opens.store(400, Ordering::Relaxed);
    until_audited(&app, "incident.refused").await;
    forgets(&app, &server).await;
    task.abort();
}

#[tokio::test]
async fn without_an_incidents_service_nothing_waits_for_it_for_ever() {
    let app = spawn_with(Storage::sqlite(), |_| {}).await;
    let server = FeedServer::with(trouble("critical")).await;
    app.add(
        json!({"name": "Forge", "feed_url": server.url(), "type": "json", "opens": {"from": "major_outage", "sev": 1}}),
    )
    .await;
    app.refresh("forge").await;
    server.send(resolved(&["i1"]));
    app.refresh("forge").await;
    forgets(&app, &server).await;
}
