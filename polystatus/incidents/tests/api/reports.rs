//! "I have a problem too."

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::FixedClock;
use chassis::ids::RandomIds;
use futures_util::future::join_all;
use insta::assert_snapshot;
use polystatus_incidents::documents::schema;
use polystatus_incidents::model::{CatalogueInput, CatalogueService};
use polystatus_incidents::reports::quarter::Day;
use polystatus_incidents::reports::{Quarter, ReportDay, Symptom, WatchDay};
use reqwest::Method;
use serde_json::{Value, json};
use store::{Draft, Store, StoreError};
use testbed::answer::Answer;
use testbed::client::{Client, send};
use testbed::service::START;
use testbed::wait;

use crate::app::{TestApp, shown, spawn_app};
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    a_problem_is_seen_when_it_comes_and_when_it_goes,
    reports_at_the_same_time_are_all_counted,
    a_report_is_taken_from_everybody_once,
}

const REPORTS: &str = "/api/v1/reports";
const SOON: Duration = Duration::from_secs(20);

/// Somebody at this address reports a service, through a proxy on this machine.
async fn report(client: &Client, address: &str, service: &str, symptom: &str) -> Answer {
    let request = client.stranger().request(Method::POST, REPORTS).header("X-Forwarded-For", address);
    send(request.json(&json!({"service": service, "symptom": symptom}))).await
}

async fn behind_a_proxy(storage: Storage) -> TestApp {
    behind_a_proxy_with(Arc::new(storage), START).await
}

async fn behind_a_proxy_with(storage: Arc<Storage>, now: i64) -> TestApp {
    let clock = Arc::new(FixedClock::at(now));
    TestApp::start(storage, clock, |settings| settings.trusted_proxies = "127.0.0.1".parse().unwrap()).await
}

/// Eight weeks in which `mail` was reported ten times in each quarter, except for `unseen`, when nobody was there; and
/// the day after, in which somebody will be.
async fn eight_weeks(storage: &Storage, unseen: Option<Day>) {
    let store = Store::open(&storage.url().parse().unwrap(), "incidents", schema(), &RandomIds).await.unwrap();
    let today = Quarter::at(START).day();
    for back in -1..=57 {
        let day = Day(today.0 - back);
        let seen = unseen != Some(day);
        let fill = move |draft: &mut Draft| -> Result<(), StoreError> {
            let input: CatalogueInput = serde_json::from_value(json!({"name": "mail"})).unwrap();
            let service = CatalogueService::create(input.validate().unwrap(), START - 100 * 86_400);
            let mut reports = ReportDay::new(service.id.clone(), day);
            if back > 0 {
                for place in 0..96 {
                    reports.add_many(Quarter(day.0 * 96 + place), Symptom::Slow, 10);
                }
            }
            draft.put(service);
            draft.put(reports);
            draft.put(if seen { WatchDay::complete(day) } else { WatchDay::new(day) });
            Ok(())
        };
        store.write(fill).await.unwrap();
    }
}

async fn state(app: &TestApp) -> Value {
    app.stranger().get("/api/v1/reports/mail").await.expect(200).json()["state"].clone()
}

async fn until_state(app: &TestApp, wanted: &str) {
    wait::until_async(wanted, SOON, async || (state(app).await == wanted).then_some(())).await;
}

async fn a_problem_is_seen_when_it_comes_and_when_it_goes(storage: Storage) {
    eight_weeks(&storage, None).await;
    let app = behind_a_proxy(storage).await;
    let history = app.get("/api/v1/reports/mail").await.expect(200).json();
    assert_eq!((&history["state"], &history["basis"]), (&json!("none"), &json!("weeks")));
    let last = |field: &str| history[field][95].clone();
    assert_eq!((last("counts"), last("baseline")), (json!(0), json!(10.0)));
    assert_eq!((last("possible_from"), last("problems_from")), (json!(27), json!(37)));
    assert_eq!(history["counts"].as_array().unwrap().len(), 96);

    for person in 1..=40 {
        let said = report(&app, &format!("198.51.100.{person}"), "mail", "unreachable").await.expect(201).json();
        let expected = match person {
            ..27 => "none",
            27..37 => "possible",
            37.. => "problems",
        };
        assert_eq!(said["state"], expected, "{person} reports");
    }
    let history = app.get("/api/v1/reports/mail").await.json();
    assert_eq!((&history["counts"][95], &history["symptoms"]["unreachable"]), (&json!(40), &json!(40)));
    assert_eq!(app.get(REPORTS).await.json(), json!([{"service": "mail", "state": "problems", "since": START}]));

    // the next quarter is calm so far, and one alone ends nothing
    app.clock.advance(900);
    assert_eq!(state(&app).await, "problems");
    app.clock.advance(900);
    assert_eq!(state(&app).await, "problems");
    app.clock.advance(900);
    until_state(&app, "none").await;
}

async fn reports_at_the_same_time_are_all_counted(storage: Storage) {
    let app = behind_a_proxy(storage).await;
    app.add_service("mail").await;
    let persons: Vec<String> = (0..300).map(|person| format!("198.51.{}.{}", person / 250, person % 250 + 1)).collect();
    let answers = join_all(persons.iter().map(|person| report(&app, person, "mail", "slow"))).await;
    assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
    let history = app.get("/api/v1/reports/mail").await.json();
    assert_eq!((&history["counts"][95], &history["symptoms"]), (&json!(300), &json!({"slow": 300})));
    // and the change of state was made once
    assert_eq!(history["state"], "problems");
}

async fn a_report_is_taken_from_everybody_once(storage: Storage) {
    let app = behind_a_proxy(storage).await;
    app.add_service("mail").await;
    app.add_service("chat").await;
    assert_snapshot!("reported", shown(&report(&app, "198.51.100.7", "Mail", "slow").await));
    assert_snapshot!("reported_again", shown(&report(&app, "198.51.100.7", "mail", "error").await));
    report(&app, "198.51.100.7", "chat", "slow").await.assert_status(201);
    // what the client writes itself into the header does not make it another
    report(&app, "1.2.3.4, 198.51.100.7", "mail", "slow").await.assert_status(200);
    // of an IPv6 network all addresses are one subscriber's
    report(&app, "2001:db8:1:2::1", "mail", "slow").await.assert_status(201);
    report(&app, "2001:db8:1:2:ffff::9", "mail", "slow").await.assert_status(200);
    let history = app.get("/api/v1/reports/mail").await.json();
    assert_eq!(history["counts"][95], 2);
    // in the next quarter again
    app.clock.advance(900);
    report(&app, "198.51.100.7", "mail", "slow").await.assert_status(201);

    assert_snapshot!("unknown_service", shown(&report(&app, "198.51.100.8", "nothing", "slow").await));
    assert_snapshot!("wrong_report", shown(&report(&app, "198.51.100.8", "?", "broken").await));
    for _ in 0..30 {
        report(&app, "203.0.113.1", "mail", "slow").await;
    }
    let refused = report(&app, "203.0.113.1", "mail", "slow").await;
    refused.refused(429);
    assert!((1..=900).contains(&refused.header("retry-after").parse().unwrap()), "{refused}");
    report(&app, "203.0.113.2", "mail", "slow").await.assert_status(201);
}

#[tokio::test]
async fn without_a_trusted_proxy_nobody_chooses_an_address() {
    let app = spawn_app(Storage::sqlite()).await;
    app.add_service("mail").await;
    report(&app, "198.51.100.1", "mail", "slow").await.assert_status(201);
    report(&app, "198.51.100.2", "mail", "slow").await.assert_status(200);
}

#[tokio::test]
async fn a_time_when_nobody_was_there_is_no_data_and_not_none() {
    let storage = Storage::sqlite();
    let yesterday = Day(Quarter::at(START).day().0 - 1);
    eight_weeks(&storage, Some(yesterday)).await;
    let app = behind_a_proxy(storage).await;
    let counts = app.get("/api/v1/reports/mail").await.json()["counts"].clone();
    let counts = counts.as_array().unwrap();
    // 22:13: the first seven quarters of the list are of yesterday
    assert!(counts[..7].iter().all(Value::is_null), "{counts:?}");
    assert_eq!(counts[7], 0);
}

#[tokio::test]
async fn before_a_service_was_there_nobody_could_report_it() {
    let app = spawn_app(Storage::sqlite()).await;
    app.add_service("mail").await;
    let history = app.get("/api/v1/reports/mail").await.json();
    assert!(history["counts"].as_array().unwrap()[..95].iter().all(Value::is_null), "{history}");
    assert_eq!((&history["counts"][95], &history["basis"]), (&json!(0), &json!("nothing")));
}

#[tokio::test]
async fn each_minute_in_which_it_runs_is_noted() {
    let storage = Arc::new(Storage::sqlite());
    let app = behind_a_proxy_with(Arc::clone(&storage), Quarter::at(START).start()).await;
    app.add_service("mail").await;
    report(&app, "198.51.100.1", "mail", "slow").await.assert_status(201);
    let watched = |store: &Store, at: i64| {
        let snapshot = store.read();
        let day = snapshot.get::<WatchDay>(&Quarter::at(at).day().to_string());
        day.is_some_and(|day| day.is_noted(at))
    };
    let start = Quarter::at(START).start();
    drop(app);
    let store = Store::open(&storage.url().parse().unwrap(), "incidents", schema(), &RandomIds).await.unwrap();
    assert!(watched(&store, start) && !watched(&store, start + 60));
}
