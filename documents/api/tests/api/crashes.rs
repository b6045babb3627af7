//! The process dies in the middle of uploads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use documents_api::model::Sha256;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::Value;
use testbed::client::{Client, http, send};
use testbed::process::Running;
use testbed::raw::Connection;
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::{add, changes, form};
use crate::process::program;
use crate::storage::{Storage, on_all_databases};

on_all_databases! {
    a_crash_in_the_middle_of_uploads_loses_nothing_that_was_promised_and_leaves_nothing_half,
    several_that_start_at_once_on_a_new_database_share_it,
}

const SOON: Duration = Duration::from_secs(30);
const WRITERS: usize = 6;

/// Content that differs for each name, and is long enough to be in the middle of.
fn content(name: &str) -> Vec<u8> {
    name.bytes().cycle().take(700_000).collect()
}

/// Upload, and give other content, until the process is gone; what was acknowledged goes into the list.
async fn upload_until_the_end(running: &Running, name: &str, promised: &Mutex<BTreeMap<i64, String>>) {
    let client = http();
    for number in 0.. {
        let name = format!("{name}-{number}");
        let request = client.post(running.url("/api/v1/files")).bearer_auth(TOKEN);
        let Ok(answer) = form(&name, content(&name)).on(request).send().await else { return };
        assert_eq!(answer.status(), 201);
        let Ok(file) = answer.json::<Value>().await else { return };
        promised.lock().unwrap().insert(file["id"].as_i64().unwrap(), name);
    }
}

/// One that never ends by itself: half of a file, held open.
async fn half(running: &Running) -> Connection {
    let mut connection = Connection::to(running.address()).await;
    let head = format!(
        "POST /api/v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 9000000\r\n\
         Content-Type: multipart/form-data; boundary=b\r\n\r\n\
         --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"half\"\r\n\r\n"
    );
    connection.send(head).await;
    connection.send(vec![b'x'; 600_000]).await;
    connection
}

async fn a_crash_in_the_middle_of_uploads_loses_nothing_that_was_promised_and_leaves_nothing_half(storage: Storage) {
    let program = program(&storage);
    let promised = Mutex::new(BTreeMap::new());
    for round in 0..3 {
        let mut running = program.start();
        let _half = half(&running).await;
        let enough = promised.lock().unwrap().len() + 5 + 7 * round;
        let names: Vec<_> = (0..WRITERS).map(|writer| format!("r{round}-w{writer}")).collect();
        {
            let writers = join_all(names.iter().map(|name| upload_until_the_end(&running, name, &promised)));
            let id = running.id();
            let crash = async {
                let written = async || (promised.lock().unwrap().len() >= enough).then_some(());
                wait::until_async("enough uploads", SOON, written).await;
                let id = rustix::process::Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
                rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
            };
            tokio::join!(writers, crash);
        }
        running.wait();

        let running = program.start();
        let client = Client::of(running.address()).as_(TOKEN);
        let files = client.get("/api/v1/files?limit=500").await.expect(200).json();
        let listed: BTreeMap<i64, (String, String)> = files
            .as_array()
            .unwrap()
            .iter()
            .map(|file| {
                let text = |field: &str| file[field].as_str().unwrap().to_owned();
                (file["id"].as_i64().unwrap(), (text("name"), text("sha256")))
            })
            .collect();
        for (id, name) in promised.lock().unwrap().iter() {
            assert_eq!(listed.get(id).map(|(name, _)| name), Some(name), "round {round}: {name} was promised");
        }
        for (id, (name, sum)) in &listed {
            let answer = send(client.request(Method::GET, &format!("/api/v1/files/{id}/content"))).await.expect(200);
            assert_eq!(answer.body.as_bytes(), content(name), "round {round}: {name}");
            assert_eq!(Sha256::of(answer.body.as_bytes()).to_string(), *sum);
        }
        // a change for each file, and for none that is not there
        let seqs: Vec<_> = changes(&client).await.iter().map(|change| change["file"]["id"].as_i64().unwrap()).collect();
        assert_eq!(seqs, listed.keys().copied().collect::<Vec<_>>());
        // what the dead process left is gone soon after the start
        let needed: BTreeSet<_> =
            listed.values().map(|(_, sum)| format!("sha256/{}/{}", &sum[..2], &sum[2..])).collect();
        let swept = async || (storage.contents().into_iter().collect::<BTreeSet<_>>() == needed).then_some(());
        wait::until_async("what the dead process left to be removed", SOON, swept).await;
    }
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start_with_one_sentence() {
    for (name, value) in [("DATABASE_URL", "oracle://x/y"), ("QUOTA_BYTES", "-1"), ("CONTENT_FOLDER", "/proc/no/such")]
    {
        let storage = Storage::sqlite();
        let mut running = program(&storage).env(name, value).spawn();
        assert!(!running.wait().success(), "{name}={value}");
        let said = running.stderr();
        assert!(said.starts_with("documents-api: ") && said.trim_end().lines().count() == 1, "{name}={value}: {said}");
    }
}

async fn several_that_start_at_once_on_a_new_database_share_it(storage: Storage) {
    let program = program(&storage);
    let running: Vec<Running> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| program.start())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    let clients: Vec<Client> = running.iter().map(|running| Client::of(running.address()).as_(TOKEN)).collect();
    for (number, client) in clients.iter().enumerate() {
        add(client, &format!("of instance {number}"), "content").await;
    }
    let mark = std::fs::read_to_string(storage.mark()).unwrap();
    for client in &clients {
        assert_eq!(changes(client).await.len(), clients.len());
        let feed = client.get("/api/v1/changes").await;
        assert_eq!(feed.header("documents-epoch"), mark.trim(), "all on one database, and the folder is its own");
    }
}
