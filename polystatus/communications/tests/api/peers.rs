//! The incidents service itself, there and gone.

use std::sync::{Arc, Mutex};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use polystatus_incidents::Incidents;
use serde_json::{Value, json};
use testbed::chaos_proxy::ChaosProxy;
use testbed::service::{START, TestService};
use testbed::storage::Storage;
use testbed::wait;

use crate::app::{SOON, TestApp, spawn_with};

fn incidents_settings(bus: &str) -> polystatus_incidents::settings::Settings {
    let mut settings = polystatus_incidents::settings::Settings::default();
    settings.store.store_url = Some("memory:".parse().unwrap());
    settings.events.events_url = bus.parse().unwrap();
    settings
}

#[tokio::test]
async fn what_the_incidents_service_does_is_seen_and_when_it_is_gone_we_go_on() {
    let storage = Storage::sqlite();
    let bus = format!("in-process:{}", storage.url());
    let app = spawn_with(storage, |_| {}).await;
    let incidents = TestService::<Incidents>::with(incidents_settings(&bus)).random_ids().start().await;
    incidents.post("/api/v1/services", &json!({"name": "Checkout", "group": "Shop"})).await.assert_status(201);
    let incident = json!({"title": "Checkout answers with errors", "sev": 2, "services": ["checkout"]});
    let incident = incidents.post("/api/v1/incidents", &incident).await.expect(201).json();
    let id = incident["id"].as_str().unwrap();
    app.until("/api/v2/components.json", |page| page["components"][1]["status"] == "partial_outage").await;
    app.announce(id, "investigating", "We look at it").await;
    let shown = app.get("/api/v1/public/status").await.json();
    assert_eq!((&shown[0]["title"], &shown[0]["sev"]), (&json!("Checkout answers with errors"), &json!(2)));
    let resolve = format!("/api/v1/incidents/{id}/status");
    incidents.post(&resolve, &json!({"status": "resolved"})).await.assert_status(200);
    app.until("/api/v1/public/status", |all| all[0]["status"] == "resolved").await;
    app.until("/api/v2/status.json", |page| page["status"]["indicator"] == "none").await;
    drop(incidents);
    app.announce(id, "resolved", "It is over").await;
    assert_eq!(app.get("/api/v1/public/status").await.json()[0]["last_public"]["state"], "resolved");
    app.get("/readyz").await.assert_status(200);
}

#[tokio::test]
async fn what_was_missed_of_its_events_is_read_there() {
    let incidents = TestService::<Incidents>::with(incidents_settings("in-process:")).random_ids().start().await;
    incidents.post("/api/v1/services", &json!({"name": "Mail"})).await.assert_status(201);
    let open = async |title: &str| {
        let incident = json!({"title": title, "sev": 1, "services": ["Mail"]});
        incidents.post("/api/v1/incidents", &incident).await.expect(201).json()["id"].as_str().unwrap().to_owned()
    };
    let id = open("Mail is down").await;
    let proxy = ChaosProxy::start(incidents.address).unwrap();
    let url = format!("http://{}", proxy.address());
    let app = spawn_with(Storage::sqlite(), |settings| {
        settings.incidents_url = Some(url);
        settings.recheck_seconds = 1;
    })
    .await;
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "major_outage").await;
    let resolve = format!("/api/v1/incidents/{id}/status");
    incidents.post(&resolve, &json!({"status": "resolved"})).await.assert_status(200);
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "operational").await;
    // an incident that nobody has is not announced
    let said = json!({"incident_id": "INC-unknown", "message": "x", "state": "investigating"});
    assert_eq!(app.post("/api/v1/public/announce", &said).await.refused(404), "Incident not found");
    let other = open("Mail is down again").await;
    app.announce(&other, "investigating", "x").await;
    assert_eq!(app.get("/api/v1/public/status").await.json()[0]["title"], "Mail is down again");
    // when it cannot be asked, the public is told all the same
    proxy.cut();
    app.announce("INC-unheard", "investigating", "Much is down").await;
    proxy.restore();
    assert!(app.get("/api/v1/public/status").await.body.contains("Much is down"));
}

#[tokio::test]
async fn a_service_that_was_deleted_while_we_were_away_is_shown_no_longer() {
    let incidents = TestService::<Incidents>::with(incidents_settings("in-process:")).random_ids().start().await;
    // more than one page of its list holds
    for number in 0..130 {
        let service = json!({"name": format!("Service {number}")});
        incidents.post("/api/v1/services", &service).await.assert_status(201);
    }
    let url = format!("http://{}", incidents.address);
    let asking = |settings: &mut polystatus_communications::settings::Settings| {
        settings.incidents_url = Some(url.clone());
        settings.recheck_seconds = 1;
    };
    let shown = |count: usize| move |page: &Value| page["components"].as_array().unwrap().len() == count;
    let app = spawn_with(Storage::sqlite(), asking).await;
    app.until("/api/v2/components.json", shown(130)).await;
    // while we run, and nobody tells us
    incidents.delete("/api/v1/services/service-7").await.assert_status(204);
    app.until("/api/v2/components.json", shown(129)).await;
    let (storage, clock, mails) = app.taken_down();
    incidents.delete("/api/v1/services/service-129").await.assert_status(204);
    let app = TestApp::start(storage, clock, mails, asking).await;
    let page = app.until("/api/v2/components.json", shown(128)).await;
    assert!(page["components"].as_array().unwrap().iter().all(|component| component["name"] != "Service 129"));
}

#[tokio::test]
async fn incidents_that_nobody_knows_hide_no_resolution() {
    let incidents = TestService::<Incidents>::with(incidents_settings("in-process:")).random_ids().start().await;
    incidents.post("/api/v1/services", &json!({"name": "Mail"})).await.assert_status(201);
    let app = spawn_with(Storage::sqlite(), |_| {}).await;
    // announced while nobody could be asked, and in front of those that there are
    for number in 0..25 {
        app.announce(&format!("INC-0{number}"), "investigating", "x").await;
    }
    // heard of once, and then lost over there
    app.others.service("mail", "Mail", None, 1).await;
    app.others.incident("INC-lost", 1, "open", &["Mail"], START).await;
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "major_outage").await;
    let incident = json!({"title": "Mail is down", "sev": 1, "services": ["Mail"]});
    let incident = incidents.post("/api/v1/incidents", &incident).await.expect(201).json();
    let id = incident["id"].as_str().unwrap();
    let (storage, clock, mails) = app.taken_down();
    let url = format!("http://{}", incidents.address);
    let asking = |settings: &mut polystatus_communications::settings::Settings| {
        settings.incidents_url = Some(url);
        settings.recheck_seconds = 1;
    };
    let app = TestApp::start(storage, clock, mails, asking).await;
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "major_outage").await;
    app.announce(id, "investigating", "We look at it").await;
    let resolve = format!("/api/v1/incidents/{id}/status");
    incidents.post(&resolve, &json!({"status": "resolved"})).await.assert_status(200);
    app.until("/api/v2/components.json", |page| page["components"][0]["status"] == "operational").await;
    let all = app.get("/api/v1/public/status").await.json();
    let of = |wanted: &str| all.as_array().unwrap().iter().find(|incident| incident["id"] == wanted).unwrap();
    assert_eq!((&of(id)["status"], &of("INC-07")["status"]), (&json!("resolved"), &json!("open")));
}

/// One that says it is the incidents service: what it lists, and how it leads on.
struct Impostor {
    url: String,
    says: Arc<Mutex<Says>>,
    handle: actix_web::dev::ServerHandle,
}

#[derive(Default)]
struct Says {
    listed: Vec<&'static str>,
    /// What it has, and does not list.
    hidden: Vec<&'static str>,
    /// The cursor of every page, whatever was asked for.
    cursor: Option<fn(usize) -> usize>,
    lists: usize,
    rounds: usize,
}

impl Drop for Impostor {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

impl Impostor {
    fn start() -> Self {
        let says = Arc::new(Mutex::new(Says::default()));
        let kept = web::Data::new(Arc::clone(&says));
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server =
                    HttpServer::new(move || App::new().app_data(kept.clone()).default_service(web::to(impostor)));
                let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
                let address = server.addrs()[0];
                let server = server.run();
                sender.send((address, server.handle())).unwrap();
                server.await
            })
        });
        let (address, handle) = receiver.recv().unwrap();
        Self { url: format!("http://{address}"), says, handle }
    }

    /// Say this from now on, until it was asked for all of it and that was taken over; how many lists were read.
    async fn say(&self, listed: &[&'static str], hidden: &[&'static str], cursor: Option<fn(usize) -> usize>) -> usize {
        let (listed, hidden) = (listed.to_vec(), hidden.to_vec());
        *self.says.lock().unwrap() = Says { listed, hidden, cursor, ..Says::default() };
        // the first may have begun before
        let rounds = async || Some(self.says.lock().unwrap().rounds).filter(|rounds| *rounds > 2);
        wait::until_async("three rounds", SOON, rounds).await;
        self.says.lock().unwrap().lists
    }
}

async fn impostor(request: HttpRequest, says: web::Data<Arc<Mutex<Says>>>) -> HttpResponse {
    let mut says = says.lock().unwrap();
    let service = |id: &str| json!({"id": id, "name": id, "updated_at": START});
    if request.path() == "/api/v1/incidents" {
        says.rounds += usize::from(request.query_string().contains("mitigated"));
        return HttpResponse::Ok().json(json!([]));
    }
    if let Some(id) = request.path().strip_prefix("/api/v1/services/") {
        let has = says.listed.iter().chain(&says.hidden).any(|has| *has == id);
        let found = if has { HttpResponse::Ok().json(service(id)) } else { HttpResponse::NotFound().finish() };
        return found;
    }
    says.lists += 1;
    let mut answer = HttpResponse::Ok();
    if let Some(cursor) = says.cursor {
        answer.insert_header(("Link", format!("</?cursor={}>; rel=\"next\"", cursor(says.lists))));
    }
    answer.json(says.listed.iter().map(|id| service(id)).collect::<Vec<_>>())
}

#[tokio::test]
async fn a_list_that_is_wrong_takes_no_service_away() {
    let incidents = Impostor::start();
    incidents.says.lock().unwrap().listed = vec!["a", "b", "c"];
    let app = spawn_with(Storage::sqlite(), |settings| {
        settings.incidents_url = Some(incidents.url.clone());
        settings.recheck_seconds = 1;
    })
    .await;
    let shown = async || -> Vec<String> {
        let page = app.get("/api/v2/components.json").await.json();
        page["components"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    app.until("/api/v2/components.json", |page| page["components"].as_array().unwrap().len() == 3).await;
    // it has lost its catalogue
    incidents.say(&[], &[], None).await;
    assert_eq!(shown().await, ["a", "b", "c"]);
    // one is on none of its pages, another is gone
    incidents.say(&["a"], &["b"], None).await;
    assert_eq!(shown().await, ["a", "b"]);
    // pages that lead to themselves, and pages without an end
    let lists = incidents.say(&["a"], &["b"], Some(|_| 7)).await;
    assert!(lists <= 8, "two for each round, and not {lists}");
    let lists = incidents.say(&["a", "d"], &["b"], Some(|number| number)).await;
    assert!(lists <= 400, "a hundred for each round, and not {lists}");
    assert_eq!(shown().await, ["a", "b", "d"]);
}
