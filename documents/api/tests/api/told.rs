//! What the notifications are told: each change, once it is committed, whatever happens to either side.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use documents_notifications::Notifications;
use futures_util::future::join_all;
use serde_json::{Value, json};
use socketio_client::{Connection, Limits};
use testbed::chaos_proxy::ChaosProxy;
use testbed::client::Client;
use testbed::process::{Program, Running};
use testbed::service::{TOKEN, TestService};
use testbed::wait;

use crate::app::{TestApp, add, change, changes, spawn_with};
use crate::process::program;
use crate::storage::{Storage, on_all_databases};

on_all_databases! {
    uploads_wait_for_nobody_and_every_change_is_told_once_and_in_order,
    a_crash_between_the_commit_and_the_acknowledgement_loses_nothing,
}

const SOON: Duration = Duration::from_secs(40);

/// The real notifications, a network before them, and an admin who listens.
struct Listening {
    network: ChaosProxy,
    heard: Arc<Mutex<Vec<(String, Value)>>>,
    _notifications: TestService<Notifications>,
}

impl Listening {
    async fn start() -> Self {
        // it is asked of nobody: the admin shows their own token
        let (_, settings) =
            chassis::service::settings_of::<Notifications>(["--documents-url", "http://127.0.0.1:1"]).unwrap();
        let notifications = TestService::<Notifications>::with(settings).start().await;
        let mut admin = Connection::open(&notifications.url(""), None, Limits::default()).await.unwrap();
        let answer = admin.emit_with_ack("Admin_connect", json!(TOKEN)).await.unwrap();
        assert_eq!(answer["ok"], true, "{answer}");
        let heard: Arc<Mutex<Vec<_>>> = Arc::default();
        let kept = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok(mut event) = admin.next().await {
                kept.lock().unwrap().push((event.name, event.data.remove(0)));
            }
        });
        let network = ChaosProxy::start(notifications.address).unwrap();
        Self { network, heard, _notifications: notifications }
    }

    fn url(&self) -> String {
        format!("http://{}", self.network.address())
    }

    fn count(&self) -> usize {
        self.heard.lock().unwrap().len()
    }

    async fn until(&self, count: usize) {
        wait::until_async("every change to be heard", SOON, async || (self.count() >= count).then_some(())).await;
    }

    /// That what was heard is the feed, from its first change to its last, each once.
    fn assert_is(&self, feed: &[Value]) {
        let heard = self.heard.lock().unwrap();
        let seqs: Vec<_> = heard.iter().map(|(_, told)| told["seq"].as_u64().unwrap()).collect();
        assert_eq!(seqs, (1..=feed.len() as u64).collect::<Vec<_>>());
        for ((name, told), change) in heard.iter().zip(feed) {
            let expected = match change["kind"].as_str().unwrap() {
                "created" => "Notify_File_create",
                "updated" => "Notify_File_update",
                _ => "Notify_File_delete",
            };
            assert_eq!((&**name, &told["file"], &told["at"]), (expected, &change["file"], &change["at"]));
        }
    }
}

async fn uploads_wait_for_nobody_and_every_change_is_told_once_and_in_order(storage: Storage) {
    let listening = Listening::start().await;
    listening.network.cut();
    let app = spawn_with(storage, |settings| {
        settings.notifications_url = Some(listening.url().parse().unwrap());
        settings.notifications_token = Some(TOKEN.to_owned().into());
    })
    .await;
    let zoe = app.user("zoe").await;
    let file = add(&zoe, "a", "1").await;
    change(&zoe, &file, "2").await;
    zoe.delete("/api/v1/files/1").await.assert_status(204);
    app.get("/readyz").await.assert_status(200);
    assert_eq!(listening.count(), 0);
    let metrics = async || app.get("/metrics").await.expect(200).body;
    let waits = async || metrics().await.contains("documents_untold 3\n").then_some(());
    wait::until_async("the figure of what waits", SOON, waits).await;

    listening.network.restore();
    listening.until(3).await;
    // from now on the network fails again and again, in the middle of what is under way
    let writers = (0..4).map(|writer| write(&app, writer));
    let trouble = async {
        for so_many in [20, 40, 60, 80] {
            listening.until(so_many).await;
            listening.network.cut();
            listening.network.restore();
        }
    };
    tokio::join!(join_all(writers), trouble);
    let feed = changes(&app).await;
    assert_eq!(feed.len(), 103);
    listening.until(feed.len()).await;
    listening.assert_is(&feed);
    let all = async || metrics().await.contains("documents_untold 0\n").then_some(());
    wait::until_async("nothing to wait", SOON, all).await;
}

async fn write(app: &TestApp, writer: usize) {
    for number in 0..25 {
        add(app, &format!("w{writer}-{number}"), "").await;
    }
}

fn told_at(storage: &Storage, url: &str, token: &str) -> Program {
    program(storage).env("NOTIFICATIONS_URL", url).env("NOTIFICATIONS_TOKEN", token)
}

fn admin(running: &Running) -> Client {
    Client::of(running.address()).as_(TOKEN)
}

async fn a_crash_between_the_commit_and_the_acknowledgement_loses_nothing(storage: Storage) {
    let listening = Listening::start().await;
    let program = told_at(&storage, &listening.url(), TOKEN);
    for round in 0..4 {
        // committed and not sent; then, sent and perhaps not acknowledged, or not noted
        if round == 0 {
            listening.network.cut();
        } else {
            listening.network.restore();
        }
        let mut running = program.start();
        for number in 0..10 {
            add(&admin(&running), &format!("r{round}-{number}"), "").await;
        }
        running.kill_9();
        if round == 0 {
            assert_eq!(listening.count(), 0);
        }
    }
    let running = program.start();
    listening.until(40).await;
    add(&admin(&running), "the last one", "").await;
    listening.until(41).await;
    listening.assert_is(&changes(&admin(&running)).await);
}

#[tokio::test]
async fn a_token_that_is_refused_is_said_once_and_not_tried_without_end() {
    let storage = Storage::sqlite();
    let listening = Listening::start().await;
    let running = told_at(&storage, &listening.url(), "another-token").start();
    let said = "is NOTIFICATIONS_TOKEN the API_TOKEN of the notifications?";
    for number in 0..20 {
        add(&admin(&running), &number.to_string(), "").await;
    }
    let told = async || running.stderr().contains(said).then_some(());
    wait::until_async("the log to say so", SOON, told).await;
    let again = async || (listening.network.accepted() >= 2).then_some(());
    wait::until_async("another attempt", SOON, again).await;
    // it is woken by each change, and would have knocked at each
    assert!(listening.network.accepted() < 10, "{}", listening.network.accepted());
    assert_eq!(running.stderr().matches(said).count(), 1, "{}", running.stderr());
    drop(running);

    assert_eq!(listening.count(), 0);
    let running = told_at(&storage, &listening.url(), TOKEN).start();
    listening.until(20).await;
    listening.assert_is(&changes(&admin(&running)).await);
}
