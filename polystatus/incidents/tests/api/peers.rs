//! The services that this one asks, real ones, with a network between that fails on command.

use std::time::Duration;

use chassis::auth::Role;
use clap::Parser;
use inventory_api::InventoryApi;
use polystatus_users::Users;
use serde_json::{Value, json};
use tempfile::TempDir;
use testbed::chaos_proxy::ChaosProxy;
use testbed::service::{TOKEN, TestService};
use testbed::wait;

use crate::app::{TestApp, spawn_with, text};
use testbed::storage::Storage;

/// Longer than a circuit breaker stays open.
const SOON: Duration = Duration::from_secs(30);

#[derive(Parser)]
struct Flags<A: clap::Args> {
    #[command(flatten)]
    settings: A,
}

/// The settings of a service, as its command line gives them.
fn settings<A: clap::Args>(flags: &[String]) -> A {
    let flags = std::iter::once("test".to_owned()).chain(flags.iter().cloned());
    Flags::<A>::try_parse_from(flags).unwrap_or_else(|error| panic!("{error}")).settings
}

/// The inventory with its two servers, behind a network that can be cut.
struct Inventory {
    proxy: ChaosProxy,
    _service: TestService<InventoryApi>,
    _folder: TempDir,
}

impl Inventory {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("--database-url=sqlite:{}", folder.path().join("inventory.db").display());
        let service = TestService::<InventoryApi>::start(settings(&[database])).await;
        let proxy = ChaosProxy::start(service.address).unwrap();
        Self { proxy, _service: service, _folder: folder }
    }

    async fn app(&self) -> TestApp {
        let url = format!("http://{}", self.proxy.address());
        let change = |settings: &mut polystatus_incidents::settings::Settings| {
            settings.inventory_url = Some(url);
            settings.recheck_seconds = 1;
        };
        spawn_with(Storage::sqlite(), change).await
    }
}

fn with_servers(servers: &[i64]) -> Value {
    json!({"title": "Down", "sev": 1, "servers": servers})
}

#[tokio::test]
async fn servers_that_the_inventory_does_not_have_are_named() {
    let inventory = Inventory::start().await;
    let app = inventory.app().await;
    let incident = app.open(with_servers(&[2, 1])).await;
    assert_eq!((&incident["servers"], &incident["servers_unverified"]), (&json!([1, 2]), &json!(false)));
    let refused = app.post("/api/v1/incidents", &with_servers(&[1, 98, 99])).await;
    refused.refused(400);
    let detail = &refused.json()["details"][0];
    assert_eq!(detail["message"], "must be servers of the inventory; it does not have 98, 99");
    let path = format!("/api/v1/incidents/{}", text(&incident, "id"));
    app.patch(&path, &json!({"servers": [99]})).await.refused(400);
    assert_eq!(app.patch(&path, &json!({"servers": [1]})).await.expect(200).json()["servers"], json!([1]));
}

#[tokio::test]
async fn while_the_inventory_is_down_incidents_are_opened_and_their_servers_verified_later() {
    let inventory = Inventory::start().await;
    let app = inventory.app().await;
    inventory.proxy.cut();
    let good = app.open(with_servers(&[1])).await;
    let bad = app.open(with_servers(&[1, 99])).await;
    assert_eq!((&good["servers_unverified"], &bad["servers_unverified"]), (&json!(true), &json!(true)));
    inventory.proxy.restore();
    let settled = async |incident: &Value| {
        let path = format!("/api/v1/incidents/{}", text(incident, "id"));
        let now = wait::until_async("its servers to be verified", SOON, async || {
            let now = app.get(&path).await.json();
            (now["servers_unverified"] == false).then_some(now)
        });
        let servers = now.await["servers"].clone();
        let timeline = app.get(&format!("{path}/timeline")).await.json();
        (servers, timeline.as_array().unwrap().last().unwrap()["message"].clone())
    };
    assert_eq!(settled(&good).await, (json!([1]), json!("The inventory has these servers")));
    assert_eq!(settled(&bad).await, (json!([1]), json!("The inventory does not have 99: taken out")));
}

#[tokio::test]
async fn an_inventory_that_says_nothing_holds_an_incident_up_for_seconds_and_not_longer() {
    let inventory = Inventory::start().await;
    let app = inventory.app().await;
    inventory.proxy.stall();
    let opened = tokio::time::timeout(Duration::from_secs(15), app.open(with_servers(&[1, 2])));
    assert_eq!(opened.await.expect("an answer in time")["servers_unverified"], true);
    // a dropped proxy lets go of its connections
    inventory.proxy.restore();
}

#[tokio::test]
async fn without_an_inventory_nothing_is_verified_and_that_is_said() {
    let app = spawn_with(Storage::sqlite(), |_| {}).await;
    assert_eq!(app.open(with_servers(&[7])).await["servers_unverified"], true);
    assert_eq!(app.open(with_servers(&[])).await["servers_unverified"], false);
}

#[tokio::test]
async fn a_commander_is_a_responder_of_the_users_service() {
    let users = TestService::<Users>::start(settings(&["--store-url=memory:".to_owned()])).await;
    let proxy = ChaosProxy::start(users.address).unwrap();
    let app = spawn_with(Storage::sqlite(), |settings| {
        settings.users_url = Some(format!("http://{}", proxy.address()));
        settings.users_token = Some(TOKEN.to_owned().into());
    })
    .await;
    let invite = async |name: &str, role: &str| {
        let user = json!({"name": name, "email": format!("{name}@example.org"), "role": role});
        text(&users.post("/api/v1/users", &user).await.expect(201).json(), "id")
    };
    let (nadia, vera) = (invite("nadia", "responder").await, invite("vera", "viewer").await);
    let incident = app.open_one().await;
    let path = format!("{incident}/assign");
    let assign = async |user: &str| app.post(&path, &json!({"commander": user})).await;
    assert_eq!(assign(&nadia).await.expect(200).json()["commander"], nadia);
    for wrong in [vera.as_str(), "USR-nobody", "..", "a/b"] {
        let refused = assign(wrong).await;
        refused.refused(400);
        assert_eq!(refused.json()["details"][0]["field"], "commander", "{wrong}: {refused}");
    }

    proxy.cut();
    let said = assign(&nadia).await;
    assert!(said.refused_for_now().contains("The users service cannot be asked"), "{said}");
    assert!(assign(&vera).await.refused_for_now().contains("nothing was changed"));
    assert_eq!(app.get(&incident).await.json()["commander"], nadia, "nothing was changed");
    // taking command oneself needs no question
    let boris = app.user("USR-boris", Role::Responder).post(&path, &json!({"commander": "USR-boris"})).await;
    assert_eq!(boris.expect(200).json()["commander"], "USR-boris");
    assert_eq!(app.post(&path, &json!({"commander": null})).await.expect(200).json()["commander"], json!(null));
}
