//! Peers that are gone: what was known stays, with its age, and is never taken for good news.

use testbed::on_both_storages;
use testbed::storage::Storage;

use crate::app::{spawn_app, start};
use crate::peers::{Peers, Reply, incident};
use serde_json::json;

#[tokio::test]
async fn when_every_peer_is_dead_the_page_goes_on_and_says_how_old_it_is() {
    let peers = Peers::start();
    let app = spawn_app(&peers).await;
    peers.always(Some(Reply::Nothing));
    let page = app.until("/", |page| page.contains("no answer since")).await;
    assert!(page.contains("When we last heard, everything worked."), "{page}");
    assert!(page.contains("2023-11-14T22:13:20Z") && page.contains("headline unknown"), "{page}");
    assert!(!page.contains("Everything works."));
    app.get("/api/v2/summary.json").await.assert_status(200);
    app.until("/about", |page| !page.contains("Answers now")).await;
    assert_eq!(app.get("/api/v2/summary.json").await.header("x-as-of"), "1700000000");
    app.get("/readyz").await.assert_status(200);
    // and it believes them again
    peers.always(None);
    app.until("/", |page| page.contains("Everything works.") && !page.contains("no answer since")).await;
}

on_both_storages! {
    a_start_with_every_peer_dead_shows_what_was_known_last,
}

async fn a_start_with_every_peer_dead_shows_what_was_known_last(storage: Storage) {
    let peers = Peers::start();
    let told = incident("INC-1", "Payments fail", "identified", "We know the cause");
    peers.set("/api/v2/incidents.json", &json!({"incidents": [told]}));
    let app = start(&storage, &peers, |_| {}).await;
    app.until("/", |page| page.contains("Payments fail")).await;
    // until it is written down: a second one on the same storage sees it
    peers.always(Some(Reply::Nothing));
    let other = start(&storage, &peers, |_| {}).await;
    drop(app);
    drop(other);
    let again = start(&storage, &peers, |_| {}).await;
    let page = again.page("/").await.expect(200).body;
    assert!(page.contains("Payments fail") && page.contains("Example Shop"), "{page}");
    assert!(page.contains("no answer since"), "{page}");
    again.page("/incidents/INC-1").await.assert_status(200);
    again.get("/history.rss").await.assert_status(200);
}

#[tokio::test]
async fn who_never_heard_anything_says_so_and_is_not_green() {
    let peers = Peers::start();
    peers.always(Some(Reply::Nothing));
    let storage = Storage::sqlite();
    let app = start(&storage, &peers, |_| {}).await;
    let page = app.page("/").await.expect(200).body;
    assert!(page.contains("We do not know how things are.") && page.contains("nothing is known"), "{page}");
    for path in ["/history", "/providers", "/servers", "/subscribe", "/about"] {
        app.page(path).await.assert_status(200);
    }
    assert_eq!(app.get("/api/v2/summary.json").await.refused_for_now(), "Nobody has told us yet: try again");
}

#[tokio::test]
async fn days_on_which_nobody_looked_have_no_data_and_no_uptime() {
    let app = spawn_app(&Peers::start()).await;
    let page = app.page("/").await.body;
    assert!(page.contains("No data yet") && page.contains("bar no-data") && !page.contains("100 % up"), "{page}");
}

#[tokio::test]
async fn when_its_own_storage_is_gone_the_page_goes_on_from_memory_and_says_so() {
    let peers = Peers::start();
    let mut app = spawn_app(&peers).await;
    app.lose_storage();
    peers.set("/api/v2/summary.json", &crate::peers::summary("major", "partial_outage"));
    peers.tell();
    app.until("/", |page| page.contains("Some things do not work.")).await;
    let gone = async || Some(app.get("/readyz").await).filter(|answer| answer.status == 503);
    testbed::wait::until_async("the storage is gone", crate::app::SOON, gone).await;
    peers.set("/api/v1/banner", &json!({"text": "Still here"}));
    peers.tell();
    app.until("/", |page| page.contains("cannot reach its own storage") && page.contains("Still here")).await;
    app.get("/readyz").await.refused_for_now();
}
