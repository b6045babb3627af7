//! Events that go through a broker, between processes that share nothing else.

use polystatus_incidents::Incidents;
use serde_json::json;
use testbed::service::TestService;
use testbed::storage::Storage;

use crate::app::spawn_with;

mod rabbitmq {
    use testbed::{rabbitmq, wait};

    use super::*;
    use crate::app::SOON;

    #[tokio::test]
    async fn an_incident_that_is_opened_elsewhere_is_shown_also_when_it_was_opened_while_we_were_away() {
        let host = rabbitmq::virtual_host().await;
        let on_host = |settings: &mut polystatus_communications::settings::Settings| {
            settings.events.events_url = host.url().parse().unwrap();
        };
        let app = spawn_with(Storage::sqlite(), on_host).await;
        wait::until_async("our queue", SOON, async || {
            let bindings = host.list("bindings").await;
            bindings.iter().any(|binding| binding["routing_key"] == "polystatus.service.*").then_some(())
        })
        .await;
        let mut settings = polystatus_incidents::settings::Settings::default();
        settings.store.store_url = Some("memory:".parse().unwrap());
        settings.events.events_url = host.url().parse().unwrap();
        let incidents = TestService::<Incidents>::with(settings).random_ids().start().await;
        incidents.post("/api/v1/services", &json!({"name": "Checkout"})).await.assert_status(201);
        let open = async |title: &str, sev: u8| {
            let incident = json!({"title": title, "sev": sev, "services": ["Checkout"]});
            incidents.post("/api/v1/incidents", &incident).await.expect(201).json()["id"].as_str().unwrap().to_owned()
        };
        let id = open("Checkout is slow", 3).await;
        app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "degraded_performance").await;
        app.announce(&id, "investigating", "We look at it").await;
        let shown = app.get("/api/v2/summary.json").await.json();
        assert_eq!(shown["incidents"][0]["name"], "Checkout is slow");
        let (storage, clock, mails) = app.taken_down();
        open("Checkout is down", 1).await;
        let app = crate::app::TestApp::start(storage, clock, mails, on_host).await;
        app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "major_outage").await;
    }
}
