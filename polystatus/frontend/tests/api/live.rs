//! What changes, told to who reads a page.

use reqwest::Method;
use serde_json::Value;

use crate::app::{spawn_app, spawn_with};
use crate::peers::{Peers, summary};

/// The next event: its id and its data.
async fn event(stream: &mut reqwest::Response) -> (String, Value) {
    let mut text = String::new();
    loop {
        let piece = stream.chunk().await.unwrap().unwrap();
        text.push_str(str::from_utf8(&piece).unwrap());
        if let Some((event, _)) = text.split_once("\n\n").filter(|(event, _)| event.contains("data: ")).or_else(|| {
            text.strip_prefix("retry: 2000\n\n")?.split_once("\n\n").filter(|(event, _)| event.contains("data: "))
        }) {
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
            return (field("id: "), serde_json::from_str(&field("data: ")).unwrap());
        }
        if text.ends_with("\n\n") {
            text.clear();
        }
    }
}

fn version(page: &str) -> String {
    page.split_once("data-version=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn who_follows_a_page_is_told_the_parts_that_changed_and_no_others() {
    let peers = Peers::start();
    let app = spawn_app(&peers).await;
    let have = version(&app.page("/").await.body);
    let follow = app.stranger().request(Method::GET, &format!("/stream?page=/&lang=en&version={have}"));
    let mut stream = follow.send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    peers.set("/api/v2/summary.json", &summary("major", "partial_outage"));
    peers.tell();
    let (id, told) = event(&mut stream).await;
    let parts = told["parts"].as_object().unwrap();
    assert!(parts["headline"].as_str().unwrap().contains("Some things do not work."), "{told}");
    assert!(parts.contains_key("services") && !parts.contains_key("clouds"), "{told}");
    assert_eq!(told["title"], "Some things do not work · Example Shop");
    assert_eq!(id, version(&app.page("/").await.body));
}

#[tokio::test]
async fn who_has_an_old_page_gets_every_part_at_once() {
    let app = spawn_app(&Peers::start()).await;
    let follow = app.stranger().request(Method::GET, "/stream?page=/&lang=fr").header("last-event-id", "old");
    let (_, told) = event(&mut follow.send().await.unwrap()).await;
    assert_eq!(told["parts"].as_object().unwrap().len(), 7, "{told}");
    assert!(told["parts"]["headline"].as_str().unwrap().contains("Tout fonctionne."));
}

#[tokio::test]
async fn what_is_no_page_is_not_followed() {
    let app = spawn_app(&Peers::start()).await;
    for page in ["/nowhere", "/subscribe", "/incidents/INC-9", "x"] {
        assert_eq!(app.stranger().get(&format!("/stream?page={page}")).await.refused(404), "There is no such page");
    }
}

#[tokio::test]
async fn one_address_follows_so_many_pages_and_a_page_that_is_left_makes_room() {
    let app = spawn_with(&Peers::start(), |settings| settings.streams_per_address = 2).await;
    let follow = async || app.stranger().request(Method::GET, "/stream?page=/&lang=en").send().await.unwrap();
    let (first, _second) = (follow().await, follow().await);
    let refused = app.stranger().get("/stream?page=/&lang=en").await;
    assert_eq!((refused.status, refused.header("retry-after").is_empty()), (429, false));
    drop(first);
    let room = async || (follow().await.status() == 200).then_some(());
    testbed::wait::until_async("room for another", crate::app::SOON, room).await;
}
