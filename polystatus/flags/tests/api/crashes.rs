//! The process dies in the middle.

use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use testbed::client::Client;
use testbed::on_both_storages;
use testbed::process::Program;
use testbed::service::TOKEN;
use testbed::storage::Storage;
use testbed::wait;

use crate::app::column;

on_both_storages! {
    a_crash_costs_no_acknowledged_write,
}

const SOON: Duration = Duration::from_secs(30);

/// Make flags until the process is gone; what was acknowledged goes into the list.
async fn write_until_the_end(client: &Client, name: &str, acknowledged: &Mutex<Vec<String>>) {
    for number in 0.. {
        let id = format!("{name}-{number}");
        let request = client.request(reqwest::Method::POST, "/admin/flags");
        let Ok(answer) = request.json(&json!({"id": id})).send().await else { return };
        assert_eq!(answer.status(), 201);
        acknowledged.lock().unwrap().push(id);
    }
}

async fn a_crash_costs_no_acknowledged_write(storage: Storage) {
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-flags"));
    let program = program.env("STORE_URL", storage.url()).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "error");
    let acknowledged = Mutex::new(Vec::new());
    for round in 0..3 {
        let mut running = program.start();
        let enough = acknowledged.lock().unwrap().len() + 30 + 20 * round;
        let client = Client::of(running.address()).as_(TOKEN);
        let names: Vec<String> = (0..8).map(|writer| format!("r{round}-w{writer}")).collect();
        let writers = join_all(names.iter().map(|name| write_until_the_end(&client, name, &acknowledged)));
        let killer = async {
            wait::until_async("enough writes", SOON, async || {
                (acknowledged.lock().unwrap().len() >= enough).then_some(())
            })
            .await;
            running.kill_9();
        };
        tokio::join!(writers, killer);
    }
    let running = program.start();
    let client = Client::of(running.address()).as_(TOKEN);
    let kept = client.get("/flags").await.expect(200).json();
    for id in acknowledged.lock().unwrap().iter() {
        assert_eq!(kept[id]["variation"], "on", "{id}");
    }
    // no half write: with each flag came its history
    for id in kept.as_object().unwrap().keys() {
        let history = client.get(&format!("/admin/flags/{id}/history")).await.expect(200).json();
        assert_eq!(column(&history, "action"), ["created"], "{id}");
    }
}
