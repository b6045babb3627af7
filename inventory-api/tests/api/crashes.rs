//! The process dies, or is asked to end.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use testbed::client::{http, send};
use testbed::process::{Program, Running};
use testbed::raw::Connection;
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::{server, text_of};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    a_crash_costs_no_acknowledged_write_and_leaves_no_half_import,
    two_processes_that_start_at_once_share_one_inventory,
}

const SOON: Duration = Duration::from_secs(20);

/// Servers in an imported file: several statements in one transaction.
const LINES: usize = 250;

fn program(storage: &Storage) -> Program {
    let program = Program::new(env!("CARGO_BIN_EXE_inventory-api"));
    program.env("DATABASE_URL", storage.url()).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "warn")
}

async fn servers(running: &Running) -> Vec<Value> {
    let client = http();
    let mut servers = Vec::new();
    let mut next = Some("/api/v1/servers?limit=500".to_owned());
    while let Some(path) = next {
        let page = send(client.get(running.url(&path))).await;
        servers.extend(page.list("servers"));
        next = page.next();
    }
    servers
}

/// Write until the process is gone; what was acknowledged goes into the list.
async fn write_until_the_end(servers: &str, name: &str, acknowledged: &Mutex<Vec<String>>) {
    let client = http();
    for number in 0.. {
        let name = format!("{name}-{number}");
        let request = client.post(servers).bearer_auth(TOKEN);
        match request.json(&server(&name, "10.1.0.1", "up")).send().await {
            Ok(answer) if answer.status() == 201 => acknowledged.lock().unwrap().push(name),
            Ok(answer) => panic!("{answer:?}"),
            Err(_) => return,
        }
    }
}

/// Import one file after another until the process is gone.
async fn import_until_the_end(servers: &str, name: &str) {
    let client = http();
    for number in 0.. {
        let lines: Vec<_> = (0..LINES)
            .map(|line| server(&format!("{name}-{number}-line-{line}"), "10.1.0.1", "up").to_string())
            .collect();
        let request = client.post(format!("{servers}/import")).bearer_auth(TOKEN);
        match request.header("Content-Type", "application/x-ndjson").body(lines.join("\n")).send().await {
            Ok(answer) => assert_eq!(answer.status(), 200),
            Err(_) => return,
        }
    }
}

async fn a_crash_costs_no_acknowledged_write_and_leaves_no_half_import(storage: Storage) {
    let program = program(&storage);
    let acknowledged = Mutex::new(Vec::new());
    for round in 0..3 {
        let mut running = program.start();
        let before = acknowledged.lock().unwrap().len();
        let enough = before + 30 + 40 * round;
        let url = running.url("/api/v1/servers");
        let names: Vec<_> = (0..8).map(|writer| format!("r{round}-w{writer}")).collect();
        let writers = join_all(names.iter().map(|name| write_until_the_end(&url, name, &acknowledged)));
        let importer = format!("r{round}-import");
        let importer = import_until_the_end(&url, &importer);
        let crash = async {
            let written = async || (acknowledged.lock().unwrap().len() >= enough).then_some(());
            wait::until_async("enough writes", SOON, written).await;
            running.kill_9();
        };
        tokio::join!(writers, importer, crash);

        let running = program.start();
        let there: Vec<_> = servers(&running).await.iter().map(|server| text_of(server, "hostname")).collect();
        let names: BTreeSet<_> = there.iter().cloned().collect();
        assert_eq!(names.len(), there.len(), "one is there twice");
        for name in acknowledged.lock().unwrap().iter() {
            assert!(names.contains(name), "round {round}: {name} was acknowledged and is lost");
        }
        let lines_of = |file: &str| names.iter().filter(|name| name.starts_with(file)).count();
        let files: BTreeSet<_> = names.iter().filter_map(|name| Some(name.split_once("-line-")?.0)).collect();
        for file in files {
            assert_eq!(lines_of(&format!("{file}-line-")), LINES, "round {round}: {file} is there in half");
        }
    }
}

async fn two_processes_that_start_at_once_share_one_inventory(storage: Storage) {
    let program = program(&storage);
    let both = std::thread::scope(|scope| [0, 1].map(|_| scope.spawn(|| program.start())).map(|it| it.join().unwrap()));
    for running in &both {
        let servers = servers(running).await;
        let names: Vec<_> = servers.iter().map(|server| (server["id"].clone(), text_of(server, "hostname"))).collect();
        assert_eq!(names, [(json!(1), "web-prod-01".to_owned()), (json!(2), "db-prod-01".to_owned())]);
    }
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let storage = Storage::sqlite();
    let mut running = program(&storage).start();
    // one that waits for nothing must not hold up the end
    let mut idle = Connection::to(running.address()).await;
    idle.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(idle.answer().await.unwrap().status, 200);

    let mut slow = Connection::to(running.address()).await;
    let body = server("last", "10.1.0.1", "up").to_string();
    let (first, rest) = body.split_at(10);
    let head = format!(
        "POST /api/v1/servers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    slow.send(head).await;
    // the service has begun with it when it asks for the body
    assert_eq!(slow.answer().await.unwrap().status, 100);
    slow.send(first).await;

    running.ask_to_end();
    let refused = async || std::net::TcpStream::connect(running.address()).is_err().then_some(());
    wait::until_async("new connections to be refused", SOON, refused).await;
    assert!(idle.is_closed().await);

    slow.send(rest).await;
    let answer = slow.answer().await.unwrap();
    assert_eq!((answer.status, text_of(&answer.json(), "hostname")), (201, "last".to_owned()));
    assert_eq!(running.wait().code(), Some(0));
    let names: Vec<_> = servers(&program(&storage).start()).await.iter().map(|it| text_of(it, "hostname")).collect();
    assert_eq!(names, ["web-prod-01", "db-prod-01", "last"]);
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start_with_one_sentence() {
    for (name, value) in [("DATABASE_URL", "mysql://x/y"), ("API_TOKEN", "two words"), ("PORT", "70000")] {
        let mut running = Program::new(env!("CARGO_BIN_EXE_inventory-api")).env(name, value).spawn();
        let status = running.wait();
        assert!(!status.success(), "{name}={value}");
        let said = running.stderr();
        assert!(said.starts_with("inventory-api: ") && said.trim_end().lines().count() == 1, "{name}={value}: {said}");
    }
}
