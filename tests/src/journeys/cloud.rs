//! A cloud provider breaks, and what is built on it with it.

use chassis::clock::{Clock, SystemClock};
use jiff::Timestamp;
use serde_json::{Value, json};
use testbed::wait::until_async;

use crate::system::{SOON, System, fresh};

/// From the provider's own status page to an incident of ours, and back.
pub async fn a_cloud_breaks_and_is_well_again(system: &System) {
    let (csp, incidents, reader) = (system.admin("csp"), system.admin("incidents"), system.reader());
    let (name, service) = (fresh("Forge"), fresh("Deployments"));
    let feed = format!("/{name}/api/v2/summary.json");
    system.outside.show(&feed, &status_page("none", "operational", &json!([])));
    let provider = json!({
        "name": name, "feed_url": system.outside.url(&feed), "type": "json", "watch": {"products": ["Builds"]},
        "opens": {"from": "partial_outage", "sev": 2, "services": [service]},
    });
    let provider = csp.post("/api/v1/csp/providers", &provider).await.expect(201).json();
    let id = provider["id"].as_str().unwrap();
    let look = async || {
        // the service looks by itself once in a while; who watches may ask it to look now
        csp.post(&format!("/api/v1/csp/refresh?provider={id}"), &Value::Null).await.assert_status(200);
    };
    let state = async || {
        let all = csp.get("/api/v1/csp/status").await.json();
        all.as_array().unwrap().iter().find(|one| one["provider"] == id).map(|one| one["state"].clone())
    };
    let until_state = async |wanted: &str| {
        until_async(&format!("the provider to be {wanted}"), SOON, async || {
            look().await;
            (state().await? == wanted).then_some(())
        })
        .await;
    };
    until_state("operational").await;
    let shown = |page: &str, word: &str| {
        let own = page.split("<article").find(|article| article.contains(&format!("<h2>{name}</h2>")));
        own.is_some_and(|article| article.contains(&format!("<span>{word}</span>")))
    };
    reader.until("/providers", "that it works", |page| shown(page, "Works")).await;
    let mut open = reader.open("/").await;

    // it breaks: its page says so, and so does ours
    let title = format!("Builds do not start {}", fresh("at"));
    system.outside.show(&feed, &status_page("critical", "major_outage", &trouble(&title, "investigating")));
    until_state("major_outage").await;
    let ours = format!("{name}: {title}");
    let found = async || {
        let all = incidents.get("/api/v1/incidents?limit=500").await.json();
        all.as_array()?.iter().find(|incident| incident["title"] == ours).cloned()
    };
    let incident = until_async("the incident", SOON, found).await;
    assert_eq!(
        [&incident["source"], &incident["sev"], &incident["services"], &incident["status"]],
        [&json!("csp"), &json!(2), &json!([service]), &json!("open")]
    );
    reader.until("/providers", "the outage", |page| shown(page, "Major outage") && page.contains(&title)).await;
    open.until("clouds", "the outage", |part| part.contains(&name) && part.contains("Major outage")).await;

    // it is well again, and says so twice: behind one name there may be caches that differ
    system.outside.show(&feed, &status_page("none", "operational", &trouble(&title, "resolved")));
    until_state("operational").await;
    until_async("the end of the incident", SOON, async || {
        look().await;
        (found().await?["status"] == "resolved").then_some(())
    })
    .await;
    let id = incident["id"].as_str().unwrap();
    let timeline = incidents.get(&format!("/api/v1/incidents/{id}/timeline")).await.expect(200);
    assert!(timeline.body.contains("The provider says"), "{timeline}");
    reader.until("/providers", "that it works again", |page| shown(page, "Works")).await;
    open.until("clouds", "that it works again", |part| !part.contains(&name)).await;
}

/// What the status page of a provider answers, in the shape that many of them have (Statuspage).
fn status_page(indicator: &str, component: &str, incidents: &Value) -> Value {
    json!({
        "page": {"id": "forge0000001", "name": "Forge", "url": "https://status.example.org", "time_zone": "Etc/UTC"},
        "status": {"indicator": indicator, "description": format!("It is {indicator}")},
        "components": [
            {"id": "builds000001", "name": "Builds", "status": component, "group": false, "position": 1},
            {"id": "wiki00000001", "name": "Wiki", "status": "operational", "group": false, "position": 2},
        ],
        "incidents": incidents,
        "scheduled_maintenances": [],
    })
}

/// What it lists: one incident, of which it speaks now.
fn trouble(title: &str, status: &str) -> Value {
    let now = Timestamp::from_second(SystemClock.unix_seconds()).unwrap().to_string();
    let at = now.as_str();
    json!([{
        "id": title.replace(' ', "-"), "name": title, "status": status, "impact": "critical",
        "created_at": at, "updated_at": at, "started_at": at, "resolved_at": if status == "resolved" { json!(at) } else { json!(null) },
        "incident_updates": [{"id": "u1", "status": status, "body": "We are looking.", "created_at": at}],
        "components": [{"id": "builds000001", "name": "Builds", "status": "major_outage"}],
    }])
}
