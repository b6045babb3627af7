//! A page that is open in a browser while something breaks.

use serde_json::json;
use testbed::tools;
use testbed::wait::until_async;

use crate::system::{SOON, System, fresh};

/// The page shows what breaks and what is over without being loaded anew, and what somebody reads there stays in its place.
/// Pictures of it, in both languages and themes and two widths, are in `target/browser`.
pub async fn an_open_page_shows_an_outage_and_moves_nothing(system: &System) {
    let (incidents, communications) = (system.admin("incidents"), system.admin("communications"));
    // so many that there is something to scroll
    let services: Vec<String> = (0..8).map(|_| fresh("Service")).collect();
    for name in &services {
        incidents.post("/api/v1/services", &json!({"name": name})).await.assert_status(201);
    }
    let reader = system.reader();
    reader.until("/", "all services", |page| services.iter().all(|name| page.contains(name))).await;
    let title = fresh("Orders get lost");
    let program = system.node("open_page.cjs", "browser").env("CHROMIUM", tools::of_debian("chromium", "chromium"));
    let pictures = tools::file("target/browser");
    let mut browser = program.arg((system.url)("frontend")).arg(pictures).arg(&title).arg(&services[4]).spawn();
    let mut until_said = async |word: &str| {
        let said = async || {
            if browser.has_ended() {
                let said = (browser.wait(), browser.stderr());
                assert!(said.0.success(), "{}\n{}", said.0, said.1);
            }
            browser.stdout().lines().any(|line| line == word).then_some(())
        };
        until_async(&format!("the browser to say {word}"), SOON, said).await;
    };
    until_said("open").await;

    let incident = json!({"title": title, "sev": 1, "services": [services[1]]});
    let incident = incidents.post("/api/v1/incidents", &incident).await.expect(201).json();
    let id = incident["id"].as_str().unwrap();
    let announce = async |state: &str, message: &str| {
        let said = json!({"incident_id": id, "state": state, "message": message});
        communications.post("/api/v1/public/announce", &said).await.assert_status(201);
    };
    announce("investigating", "Some orders do not arrive. We look for the cause.").await;
    until_said("seen").await;
    let status = format!("/api/v1/incidents/{id}/status");
    incidents.post(&status, &json!({"status": "resolved"})).await.assert_status(200);
    announce("resolved", "All orders arrive again.").await;
    until_said("over").await;
}
