//! What is told to others: each change, as an event, once it is committed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chassis::service::Foundation;
use events::{Broker, Event};
use serde_json::{Value, json};
use testbed::wait;

use crate::app::{add, change, changes, spawn_with};
use crate::storage::{Storage, on_all_databases};

on_all_databases! {
    every_change_is_told_in_order_as_the_feed_has_it,
    what_was_not_told_before_the_end_is_told_after_the_next_start,
}

const SOON: Duration = Duration::from_secs(20);

type Heard = Arc<Mutex<Vec<(String, String, Value)>>>;

/// Who listens, and what was heard: kind, subject, data.
fn listen(url: &str) -> (events::Subscription, Heard) {
    let heard = Heard::default();
    let broker = Broker::open(&url.parse().unwrap(), &Foundation::default());
    let kept = Arc::clone(&heard);
    let subscription = broker.subscribe("notifications", &["documents.file.*"], move |event: Event| {
        let kept = Arc::clone(&kept);
        async move {
            let data = event.data::<Value>().map_err(events::Failure::poison)?;
            kept.lock().unwrap().push((event.kind().to_owned(), event.subject().to_owned(), data));
            Ok(())
        }
    });
    (subscription, heard)
}

async fn every_change_is_told_in_order_as_the_feed_has_it(storage: Storage) {
    let url = format!("in-process:{}", storage.folder.path().display());
    let (mut subscription, heard) = listen(&url);
    subscription.ready().await;
    let app = spawn_with(storage, |settings| settings.events.events_url = url.parse().unwrap()).await;
    let zoe = app.user("zoe").await;
    let file = add(&zoe, "a", "1").await;
    change(&zoe, &file, "2").await;
    zoe.delete("/api/v1/files/1").await.assert_status(204);
    wait::until_async("three events", SOON, async || (heard.lock().unwrap().len() == 3).then_some(())).await;
    let feed = changes(&app).await;
    let expected: Vec<_> = feed
        .iter()
        .map(|change| {
            let kind = format!("documents.file.{}", change["kind"].as_str().unwrap());
            (kind, "1".to_owned(), json!({"seq": change["seq"], "file": change["file"], "at": change["at"]}))
        })
        .collect();
    assert_eq!(*heard.lock().unwrap(), expected);
}

async fn what_was_not_told_before_the_end_is_told_after_the_next_start(storage: Storage) {
    // nobody ever answers there
    let nowhere = "amqp://127.0.0.1:1/";
    let url = format!("in-process:{}", storage.folder.path().display());
    let app = spawn_with(storage, |settings| settings.events.events_url = nowhere.parse().unwrap()).await;
    add(&app, "a", "1").await;
    // the broker is away, and an upload waits for nobody; nor is the service any less ready
    app.get("/readyz").await.assert_status(200);
    let (mut subscription, heard) = listen(&url);
    subscription.ready().await;
    let clock = Arc::clone(&app.clock);
    let told = |settings: &mut documents_api::settings::Settings| settings.events.events_url = url.parse().unwrap();
    let _again = crate::app::TestApp::start(Arc::clone(&app.storage), told, clock).await;
    wait::until_async("the event", SOON, async || (heard.lock().unwrap().len() == 1).then_some(())).await;
    assert_eq!(heard.lock().unwrap()[0].0, "documents.file.created");
}
