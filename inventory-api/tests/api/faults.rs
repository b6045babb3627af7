//! The database goes away while people work, and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use sqlx::{Connection, Executor, SqliteConnection};
use testbed::answer::Answer;
use testbed::chaos_proxy::ChaosProxy;
use testbed::client::{http, send};
use testbed::process::Program;
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::{TestApp, server};
use crate::storage::Storage;

/// How long it may take until the service has noticed, or has recovered: some of its own time-outs of three seconds.
const SOON: Duration = Duration::from_secs(20);

/// What people wrote while the database came and went.
#[derive(Default)]
struct Written {
    acknowledged: Vec<String>,
    /// Refused with the word that nothing was changed.
    refused: Vec<String>,
    /// The database did not confirm: may be there or not.
    unknown: Vec<String>,
}

/// Add one server after another until told to stop. What is refused is not tried again: the next one has a new name.
async fn write_until(app: &TestApp, writer: usize, stop: &AtomicBool, acknowledged: &AtomicUsize) -> Written {
    let mut written = Written::default();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let name = format!("w{writer}-{number}");
        let answer = app.post("/api/v1/servers", &server(&name, "10.1.0.1", "up")).await;
        if answer.status == 201 {
            written.acknowledged.push(name);
            acknowledged.fetch_add(1, Ordering::Relaxed);
        } else if answer.refused_for_now().ends_with("nothing was changed") {
            written.refused.push(name);
        } else {
            written.unknown.push(name);
        }
    }
    written
}

async fn a_fault_in_the_middle_of_writes(fail: fn(&ChaosProxy)) {
    let Storage::Postgres(database) = Storage::postgres().await else { unreachable!() };
    let proxy = ChaosProxy::start(database.address()).unwrap();
    let url = database.url_through(proxy.address().port());
    let app = TestApp::start(Arc::new(Storage::Postgres(database)), url).await;
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
    let more = async |what: &str, count: usize| {
        let goal = acknowledged.load(Ordering::Relaxed) + count;
        let reached = async || (acknowledged.load(Ordering::Relaxed) >= goal).then_some(());
        wait::until_async(what, SOON, reached).await;
    };
    let conduct = async {
        more("writes before the fault", 50).await;
        fail(&proxy);
        let unready = async || Some(app.get("/readyz").await).filter(|answer| answer.status == 503);
        let unready = wait::until_async("the service to notice", SOON, unready).await;
        assert_eq!(unready.refused_for_now(), "Not ready: database");
        assert_eq!(unready.json()["details"], json!([{"field": "database", "message": "cannot be reached"}]));

        // memory and process are as they were
        assert_eq!(app.get("/livez").await.status, 200);
        assert_eq!(app.get("/api/v1/servers/1").await.json()["hostname"], "web-prod-01");
        assert_eq!(app.get("/api/v1/servers?q=prod").await.json()["count"], 2);
        assert_eq!(app.get("/api/v1/servers.csv").await.status, 200);
        // at once: each of them waits for the time-out
        let down = json!({"status": "down"});
        let (patched, deleted, imported, history) = tokio::join!(
            app.patch("/api/v1/servers/1", &down),
            app.delete("/api/v1/servers/1"),
            app.import("/api/v1/servers/import", "text/csv", "hostname,ip,status\nimported,::1,up"),
            app.get("/api/v1/servers/1/history"),
        );
        for refused in [patched, deleted, imported, history] {
            refused.refused_for_now();
        }
        assert_eq!(app.get("/api/v1/servers/1").await.json()["status"], "up");

        proxy.restore();
        let ready = async || (app.get("/readyz").await.status == 200).then_some(());
        wait::until_async("the service to recover by itself", SOON, ready).await;
        more("writes after the fault", 50).await;
        stop.store(true, Ordering::Relaxed);
    };
    let writers = join_all((0..8).map(|writer| write_until(&app, writer, &stop, &acknowledged)));
    let (written, ()) = tokio::join!(writers, conduct);

    // from the database alone, by an instance that has no memory of it
    let there = app.replica().await.hostnames().await;
    let is_there = |name: &&String| there.binary_search(name).is_ok();
    let [acknowledged, refused, unknown]: [Vec<_>; 3] = [
        written.iter().flat_map(|written| &written.acknowledged).collect(),
        written.iter().flat_map(|written| &written.refused).collect(),
        written.iter().flat_map(|written| &written.unknown).collect(),
    ];
    assert!(!refused.is_empty() || !unknown.is_empty(), "nobody noticed the fault");
    assert!(there.is_sorted_by(|a, b| a < b), "twice: {there:?}");
    let lost: Vec<_> = acknowledged.iter().filter(|name| !is_there(name)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let kept: Vec<_> = refused.iter().filter(|name| is_there(name)).collect();
    assert!(kept.is_empty(), "refused and there all the same: {kept:?}");
    let came_through = unknown.iter().filter(|name| is_there(name)).count();
    assert_eq!(there.len(), 2 + acknowledged.len() + came_through, "there is something that nobody wrote");
    assert_eq!(app.hostnames().await, there);
    assert_eq!(app.get("/api/v1/servers/1/history").await.json().as_array().unwrap().len(), 1);
}

mod postgres {
    use super::*;

    #[tokio::test]
    async fn a_database_that_is_cut_off_costs_no_acknowledged_write() {
        a_fault_in_the_middle_of_writes(ChaosProxy::cut).await;
    }

    #[tokio::test]
    async fn a_database_that_says_nothing_any_more_costs_no_acknowledged_write() {
        a_fault_in_the_middle_of_writes(ChaosProxy::stall).await;
    }

    #[tokio::test]
    async fn a_service_does_not_start_without_its_database_and_says_why() {
        let Storage::Postgres(database) = Storage::postgres().await else { unreachable!() };
        let proxy = ChaosProxy::start(database.address()).unwrap();
        let url = database.url_through(proxy.address().port());
        proxy.cut();
        let mut running = program(&url).spawn();
        assert_eq!(running.wait().code(), Some(1));
        let said = running.stderr();
        assert!(said.contains("the database"), "{said}");
        assert!(!said.contains("postgres:postgres"), "the password is printed: {said}");
    }
}

fn program(database_url: &str) -> Program {
    let program = Program::new(env!("CARGO_BIN_EXE_inventory-api"));
    program.env("DATABASE_URL", database_url).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "warn")
}

#[tokio::test]
async fn a_file_that_another_process_holds_is_waited_for_and_then_refused() {
    let storage = Storage::sqlite();
    let running = program(&storage.url()).start();
    let client = http();
    let ask = async |path: &str| send(client.get(running.url(path))).await;
    let add = async |name: &str| -> Answer {
        let request = client.post(running.url("/api/v1/servers")).bearer_auth(TOKEN);
        send(request.json(&server(name, "10.1.0.1", "up"))).await
    };
    assert_eq!(add("before").await.status, 201);

    let mut other = SqliteConnection::connect(&storage.url()).await.unwrap();
    other.execute("BEGIN EXCLUSIVE").await.unwrap();
    add("during").await.refused_for_now();
    assert_eq!(ask("/api/v1/servers").await.json()["count"], 3);
    assert_eq!(ask("/livez").await.status, 200);

    other.execute("ROLLBACK").await.unwrap();
    let added = async || (add("after").await.status == 201).then_some(());
    wait::until_async("the service to recover by itself", SOON, added).await;
    assert_eq!(ask("/readyz").await.status, 200);
    assert_eq!(ask("/api/v1/servers?q=during").await.json()["count"], 0);
    assert_eq!(ask("/api/v1/servers").await.json()["count"], 4);
}
