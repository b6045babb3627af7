//! Webhooks: signed, guarded, tried again.

use std::sync::{Arc, Mutex};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};
use testbed::process::Program;
use testbed::service::START;
use testbed::storage::Storage;
use testbed::{tools, wait};

use crate::app::{SOON, TestApp, spawn_app, spawn_with};

type Calls = Arc<Mutex<Vec<(Vec<(String, String)>, String)>>>;

/// A receiver: what it was sent, and what it answers.
struct Receiver {
    url: String,
    calls: Calls,
    handle: actix_web::dev::ServerHandle,
}

impl Receiver {
    fn start(answers: Vec<u16>) -> Self {
        Self::together(1, answers)
    }

    /// One that answers nobody before so many have called.
    fn together(least: usize, answers: Vec<u16>) -> Self {
        let calls = Calls::default();
        let (kept, answers) = (web::Data::new(Arc::clone(&calls)), web::Data::new((least, answers)));
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new().app_data(kept.clone()).app_data(answers.clone()).default_service(web::to(receive))
                });
                let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
                let address = server.addrs()[0];
                let server = server.run();
                sender.send((address, server.handle())).unwrap();
                server.await
            })
        });
        let (address, handle) = receiver.recv().unwrap();
        Self { url: format!("http://{address}/hook"), calls, handle }
    }

    async fn calls(&self, count: usize) -> Vec<(Vec<(String, String)>, String)> {
        wait::until_async("the calls", SOON, async || {
            let calls = self.calls.lock().unwrap();
            (calls.len() >= count).then(|| calls.clone())
        })
        .await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn receive(
    request: HttpRequest,
    body: String,
    calls: web::Data<Calls>,
    answers: web::Data<(usize, Vec<u16>)>,
) -> HttpResponse {
    let (least, answers) = answers.get_ref();
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let place = {
        let mut calls = calls.lock().unwrap();
        calls.push((headers, body));
        calls.len() - 1
    };
    wait::until_async("the others", SOON, async || (calls.lock().unwrap().len() >= *least).then_some(())).await;
    let status = answers.get(place).or(answers.last()).copied().unwrap_or(200);
    let mut response = HttpResponse::build(status.try_into().unwrap());
    response.insert_header(("Location", "/elsewhere")).body("said <why>\u{7}")
}

async fn allowing() -> TestApp {
    spawn_with(Storage::sqlite(), |settings| settings.webhooks_to_private = true).await
}

#[tokio::test]
async fn a_call_is_signed_as_others_check_it() {
    let (app, receiver) = (allowing().await, Receiver::start(vec![204]));
    let webhook = app.post("/api/v1/webhooks", &json!({"url": receiver.url})).await.expect(201).json();
    let secret = webhook["secret"].as_str().unwrap();
    assert!(app.get("/api/v1/webhooks").await.json()[0].get("secret").is_none(), "shown once");
    app.announce("INC-1", "investigating", "We look at it – é").await;
    let (headers, body) = receiver.calls(1).await.remove(0);
    let said: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&said["type"], &said["timestamp"]), (&json!("incident.updated"), &json!("2023-11-14T22:13:20Z")));
    assert_eq!(said["data"]["update"]["message"], "We look at it – é");
    let check = "
import json, sys, standardwebhooks.webhooks as w
from datetime import datetime, timezone
# the library refuses what is older than five minutes: our clock stands still
w.datetime = type('Fixed', (), {'now': staticmethod(lambda tz=None: datetime.fromtimestamp(1700000000, timezone.utc)),
    'fromtimestamp': staticmethod(datetime.fromtimestamp)})
w.Webhook(sys.argv[1]).verify(sys.argv[2], json.loads(sys.argv[3]))
try:
    w.Webhook(sys.argv[1]).verify(sys.argv[2] + ' ', json.loads(sys.argv[3]))
except w.WebhookVerificationError:
    print('a changed one is refused')
";
    let headers: serde_json::Map<String, Value> =
        headers.into_iter().map(|(name, value)| (name, json!(value))).collect();
    let headers = serde_json::to_string(&headers).unwrap();
    let mut program =
        Program::new(tools::of_python_in("mails", "python3")).args(["-c", check, secret, &body, &headers]).spawn();
    assert!(program.wait().success(), "{}", program.stderr());
    assert_eq!(program.stdout(), "a changed one is refused\n");
    assert_eq!(app.all_delivered().await["sent"], 1);
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_under_the_same_id_and_redirects_are_not_followed() {
    let (app, receiver) = (allowing().await, Receiver::start(vec![302, 500, 200]));
    app.post("/api/v1/webhooks", &json!({"url": receiver.url})).await.assert_status(201);
    app.announce("INC-1", "investigating", "x").await;
    for attempt in 1..=2 {
        let rows = app
            .until("/api/v1/deliveries", |all| {
                all["deliveries"][0]["attempts"] == attempt && all["totals"]["queued"] == 1
            })
            .await;
        let error = rows["deliveries"][0]["last_error"].as_str().unwrap().to_owned();
        assert!(error.starts_with("it answered ") && error.ends_with(": said <why>"), "{error:?}");
        app.clock.advance(7200);
    }
    let calls = receiver.calls(3).await;
    app.all_delivered().await;
    assert_eq!(receiver.calls.lock().unwrap().len(), 3);
    let id = |call: &(Vec<(String, String)>, String)| {
        call.0.iter().find(|(name, _)| name == "webhook-id").unwrap().1.clone()
    };
    assert!(calls.iter().all(|call| id(call) == id(&calls[0])));
}

#[tokio::test]
async fn one_that_is_gone_is_not_called_again() {
    let (app, receiver) = (allowing().await, Receiver::start(vec![410]));
    app.post("/api/v1/webhooks", &json!({"url": receiver.url})).await.assert_status(201);
    app.announce("INC-1", "investigating", "x").await;
    app.until("/api/v1/webhooks", |all| all[0]["gone_at"] == START).await;
    app.announce("INC-1", "identified", "y").await;
    assert_eq!(app.all_delivered().await["failed"], 1);
    assert_eq!(receiver.calls.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_is_called_at_a_private_address_not_even_by_a_name_that_leads_there() {
    let receiver = Receiver::start(vec![200]);
    let storage = Arc::new(Storage::sqlite());
    let port = receiver.url.rsplit(':').next().unwrap().to_owned();
    {
        let app = spawn_app(Storage::sqlite()).await;
        for url in
            ["http://127.0.0.1/", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/", "https://localhost/"]
        {
            app.post("/api/v1/webhooks", &json!({"url": url})).await.refused(400);
        }
    }
    let clock = Arc::new(chassis::clock::FixedClock::at(START));
    let mails = Arc::new(tempfile::tempdir().unwrap());
    // set up while it was allowed, by a name and by an address; then it is not any more
    {
        let change = |settings: &mut polystatus_communications::settings::Settings| settings.webhooks_to_private = true;
        let app = TestApp::start(Arc::clone(&storage), Arc::clone(&clock), Arc::clone(&mails), change).await;
        for url in [format!("http://localhost:{port}"), receiver.url.clone()] {
            app.post("/api/v1/webhooks", &json!({"url": url})).await.assert_status(201);
        }
    }
    let app = TestApp::start(storage, clock, mails, |_| {}).await;
    app.announce("INC-1", "investigating", "x").await;
    assert_eq!(app.all_delivered().await["failed"], 2);
    let rows = app.get("/api/v1/deliveries").await.list("deliveries");
    assert!(rows.iter().all(|row| row["last_error"].as_str().unwrap().ends_with("private network")), "{rows:?}");
    assert!(receiver.calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn webhooks_have_a_bound_of_their_own() {
    let receiver = Receiver::together(2, vec![204]);
    let app = spawn_with(Storage::sqlite(), |settings| {
        settings.webhooks_to_private = true;
        settings.smtp_connections = 1;
        settings.webhook_connections = 2;
    })
    .await;
    for place in 0..2 {
        let url = format!("{}/{place}", receiver.url);
        app.post("/api/v1/webhooks", &json!({"url": url})).await.assert_status(201);
    }
    app.announce("INC-1", "investigating", "x").await;
    assert_eq!(app.all_delivered().await["sent"], 2);
    let rows = app.get("/api/v1/deliveries").await.list("deliveries");
    assert!(rows.iter().all(|row| row["attempts"] == 1), "{rows:?}");
}
