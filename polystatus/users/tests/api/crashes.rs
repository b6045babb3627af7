//! The process dies, or starts for the first time.

use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use testbed::client::{Client, http};
use testbed::process::Program;
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::Is;
use testbed::{on_both_storages, storage::Storage};

on_both_storages! {
    a_crash_costs_no_account_that_was_acknowledged,
    the_first_admin_has_a_password_for_one_login,
}

const SOON: Duration = Duration::from_secs(30);

fn program(storage: &Storage) -> Program {
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-users"));
    program.env("STORE_URL", storage.url()).env("API_TOKEN", TOKEN).env("LOG_LEVEL", "warn")
}

/// Invite people until the process is gone; who was acknowledged goes into the list.
async fn invite_until_the_end(url: &str, name: &str, acknowledged: &Mutex<Vec<(String, String)>>) {
    let client = http();
    for number in 0.. {
        let email = format!("{name}-{number}@example.org");
        let request = client.post(url).bearer_auth(TOKEN).json(&json!({"name": "x", "email": email}));
        match request.send().await {
            Ok(answer) if answer.status() == 201 => {
                let Ok(made) = answer.json::<Value>().await else { return };
                acknowledged.lock().unwrap().push((email, made["id"].as_str().unwrap().to_owned()));
            }
            Ok(answer) => panic!("{answer:?}"),
            Err(_) => return,
        }
    }
}

async fn a_crash_costs_no_account_that_was_acknowledged(storage: Storage) {
    let program = program(&storage);
    let acknowledged = Mutex::new(Vec::new());
    for round in 0..3 {
        let mut running = program.start();
        let enough = acknowledged.lock().unwrap().len() + 40;
        let url = running.url("/api/v1/users");
        let names: Vec<_> = (0..4).map(|writer| format!("r{round}w{writer}")).collect();
        let writers = join_all(names.iter().map(|name| invite_until_the_end(&url, name, &acknowledged)));
        let crash = async {
            let written = async || (acknowledged.lock().unwrap().len() >= enough).then_some(());
            wait::until_async("enough accounts", SOON, written).await;
            running.kill_9();
        };
        tokio::join!(writers, crash);
    }
    let running = program.start();
    let client = Client::of(running.address()).as_(TOKEN);
    for (email, id) in acknowledged.into_inner().unwrap() {
        let user = client.get(&format!("/api/v1/users/{id}")).await.expect(200).json();
        assert_eq!(user["email"], email);
        // the address is taken by it: both were written, or none
        client.post("/api/v1/users", &json!({"name": "x", "email": email})).await.is(409);
    }
}

async fn the_first_admin_has_a_password_for_one_login(storage: Storage) {
    let program = program(&storage);
    let mut running = program.start();
    let said = running.stderr();
    let password = said.lines().map(str::trim).find(|line| line.len() == 24).unwrap_or_else(|| panic!("none:\n{said}"));
    let client = Client::of(running.address());
    let login = async |body: Value| client.post("/api/v1/auth/login", &body).await;
    let email = "admin@localhost";
    let wanted = login(json!({"email": email, "password": password})).await;
    assert_eq!(wanted.refused(401), "Choose another password");
    assert_eq!(wanted.json()["details"][0]["field"], "new_password");
    let chosen = "a sentence that I alone know";
    login(json!({"email": email, "password": password, "new_password": "password"})).await.is(400);
    login(json!({"email": email, "password": password, "new_password": chosen})).await.is(200);
    login(json!({"email": email, "password": password, "new_password": chosen})).await.is(401);
    login(json!({"email": email, "password": chosen})).await.is(200);
    // the next start makes no other, and says nothing
    running.terminate();
    let again = program.start();
    assert!(!again.stderr().contains("first admin"), "{}", again.stderr());
}
