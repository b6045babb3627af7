//! A provider whose server answers wrongly: each time the provider is unknown or what it was, never well, and the reason
//! is told.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;
use testbed::storage::Storage;
use tokio::time::Instant;

use crate::app::{TestApp, flags, spawn_app, spawn_with};
use crate::feed_server::{FeedServer, Reply, packed, well};

async fn said_of(app: &TestApp, server: &FeedServer, name: &str, reply: Reply) -> String {
    server.reply(&format!("/{name}"), reply);
    app.watch(name, &server.at(&format!("/{name}"))).await;
    let polled = app.refresh(name).await;
    let (state, flags) = flags(&app.status(name).await);
    assert_eq!((state.as_str(), polled["outcome"].as_str().unwrap()), ("unknown", "failed"), "{name}: {polled}");
    format!("{name}: {flags:?} {}", polled["error"].as_str().unwrap())
}

fn head(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n").into_bytes()
}

#[tokio::test]
async fn each_wrong_answer_has_its_reason_and_nobody_is_well_by_it() {
    let app = spawn_with(Storage::sqlite(), |settings| {
        settings.fetch_seconds = 1;
        settings.largest_feed = 1;
    })
    .await;
    let server = FeedServer::start().await;
    let whole = |status, headers: &[(&'static str, &str)], body: &[u8]| {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Reply::Whole(status, headers, body.to_vec())
    };
    let (well, bomb) = (well().into_bytes(), packed(&vec![b' '; 64 * 1024 * 1024]));
    assert!(bomb.len() < 100_000, "a bomb of {} bytes", bomb.len());
    let gzip = [("Content-Encoding", "gzip")];
    let cases = [
        ("missing", whole(404, &[], b"")),
        ("forbidden", whole(403, &[], b"no bots")),
        ("broken", whole(500, &[], &well)),
        ("overloaded", whole(503, &[("Retry-After", "7200")], b"")),
        ("busy", whole(429, &[("Retry-After", "3")], b"")),
        ("nothing-new", whole(304, &[], b"")),
        ("teapot", whole(199, &[], b"")),
        ("round", whole(302, &[("Location", "/round")], b"")),
        ("nowhere", whole(302, &[], b"")),
        ("no-address", whole(302, &[("Location", "http://[")], b"")),
        ("silent", Reply::ThenSilence(Vec::new())),
        ("slow", Reply::ThenSilence(head("Content-Length: 100\r\n"))),
        ("hung-up", Reply::ThenEnd(Vec::new())),
        ("half", Reply::ThenEnd([head("Content-Length: 10000\r\n"), well.clone()].concat())),
        ("no-http", Reply::ThenEnd(b"+PONG\r\n".to_vec())),
        ("endless", Reply::Endless),
        ("announced", Reply::ThenSilence(head("Content-Length: 99999999999\r\n"))),
        ("large", whole(200, &[], &vec![b' '; 1024 * 1024 + 1])),
        ("bomb", whole(200, &gzip, &bomb)),
        ("half-packed", whole(200, &gzip, &packed(&well)[..40])),
        ("not-packed", whole(200, &gzip, &well)),
        ("brotli", whole(200, &[("Content-Encoding", "br")], &well)),
        ("twice-packed", whole(200, &[("Content-Encoding", "gzip, gzip")], &packed(&packed(&well)))),
        (
            "html",
            whole(200, &[("Content-Type", "application/json")], b"<!DOCTYPE html><html>All Systems Operational</html>"),
        ),
        ("empty", whole(200, &[], b"")),
        ("an-error", whole(200, &[], b"{\"error\": \"rate limited\"}")),
    ];
    let mut said = Vec::new();
    for (name, reply) in cases {
        let start = Instant::now();
        said.push(said_of(&app, &server, name, reply).await);
        assert!(start.elapsed() < Duration::from_secs(20), "{name} took {:?}", start.elapsed());
    }
    let nobody = format!("http://127.0.0.1:{}/", testbed::process::free_port().unwrap());
    app.watch("nobody", &nobody).await;
    said.push(format!("nobody: {}", app.refresh("nobody").await["error"].as_str().unwrap()));
    app.watch("unknown", "http://no-such-name.invalid/").await;
    said.push(format!("unknown: {}", app.refresh("unknown").await["error"].as_str().unwrap()));
    assert_snapshot!(said.join("\n"));
}

#[tokio::test]
async fn whatever_the_type_says_the_body_is_looked_at() {
    let (app, server) = (spawn_app(Storage::sqlite()).await, FeedServer::start().await);
    for (number, kind) in
        ["text/html", "application/octet-stream", "image/png", "application/rss+xml"].into_iter().enumerate()
    {
        let path = format!("/{number}");
        server.reply(&path, Reply::Whole(200, vec![("Content-Type", kind.to_owned())], well().into()));
        app.add(json!({"name": path, "feed_url": server.at(&path), "type": "rss"})).await;
        app.refresh(&number.to_string()).await;
        assert_eq!(app.status(&number.to_string()).await["state"], "operational", "{kind}");
    }
}

#[tokio::test]
async fn a_packed_feed_is_unpacked_and_redirects_are_followed() {
    let (app, server) = (spawn_app(Storage::sqlite()).await, FeedServer::start().await);
    server.reply("/feed", Reply::Whole(301, vec![("Location", "/second".to_owned())], Vec::new()));
    server.reply("/second", Reply::Whole(307, vec![("Location", server.at("/third"))], Vec::new()));
    let gzip = vec![("Content-Encoding", "gzip".to_owned())];
    server.reply("/third", Reply::Whole(200, gzip, packed(well().as_bytes())));
    app.watch("Forge", &server.url()).await;
    assert_eq!(app.refresh("forge").await["outcome"], "changed");
    assert_eq!(app.status("forge").await["state"], "operational");
}

#[tokio::test]
async fn who_has_the_feed_is_not_sent_it_again() {
    let (app, server) = (spawn_app(Storage::sqlite()).await, FeedServer::start().await);
    server.reply("/feed", Reply::Tagged("\"v1\"", well().into()));
    app.watch("Forge", &server.url()).await;
    assert_eq!(app.refresh("forge").await["outcome"], "changed");
    app.clock.advance(30);
    assert_eq!(app.refresh("forge").await["outcome"], "unchanged");
    let requests = server.requests();
    assert!(!requests[0].to_lowercase().contains("if-none-match"), "{}", requests[0]);
    assert!(requests[1].to_lowercase().contains("if-none-match: \"v1\""), "{}", requests[1]);
    let status = app.status("forge").await;
    assert_eq!((&status["state"], &status["age_seconds"]), (&json!("operational"), &json!(0)), "it is as good as new");
}

#[tokio::test]
async fn what_lay_in_a_cache_for_long_is_as_old_as_it_is() {
    let (app, server) = (spawn_app(Storage::sqlite()).await, FeedServer::start().await);
    let reply = |age: &str| Reply::Whole(200, vec![("Age", age.to_owned())], well().into());
    server.reply("/feed", reply("100"));
    app.watch("Forge", &server.url()).await;
    app.refresh("forge").await;
    let status = app.status("forge").await;
    assert_eq!((&status["state"], &status["age_seconds"]), (&json!("operational"), &json!(100)));
    server.reply("/feed", reply("601"));
    app.refresh("forge").await;
    assert_eq!(flags(&app.status("forge").await), ("unknown".to_owned(), [true, true, false]));
}
