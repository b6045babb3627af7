//! `GET /api/v1/servers` and `GET /api/v1/servers/{id}`: what is shown of which servers.

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;
use testbed::client::send;
use testbed::raw;

use crate::app::{TestApp, server, spawn_app, text_of};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    a_new_database_holds_the_servers_of_the_course,
    filters_choose_and_count,
    what_was_read_is_not_sent_again,
}

async fn a_new_database_holds_the_servers_of_the_course(storage: Storage) {
    let app = spawn_app(storage).await;
    assert_snapshot!("course", app.get("/api/v1/servers").await);
    assert_snapshot!("course_server", app.get("/api/v1/servers/1").await);
    assert_snapshot!("no_such_server", app.get("/api/v1/servers/3").await);
}

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    let app = spawn_app(Storage::sqlite()).await;
    for path in ["/api/v1/servers", "/api/v1/servers/1", "/api/v1/servers/9", "/api/v1/servers.csv", "/livez", "/no"] {
        let ask = async |method: &str| {
            let mut connection = raw::Connection::to(app.address).await;
            connection.send(format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).await;
            let answer = connection.rest().await;
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let differing = ["date:", "x-request-id:", "access-control-expose-headers:"];
            let differs = |line: &&str| differing.iter().any(|name| line.starts_with(name));
            let mut head: Vec<_> = head.lines().filter(|line| !differs(line)).map(str::to_owned).collect();
            head.sort();
            (head, body.to_owned())
        };
        let (get, get_body) = ask("GET").await;
        let (head, head_body) = ask("HEAD").await;
        assert_eq!(head, get, "{path}");
        assert!(head.contains(&format!("content-length: {}", get_body.len())), "{path}: {head:?}");
        assert!(!get_body.is_empty() && head_body.is_empty(), "{path}");
    }
}

/// Five servers beside those of the course.
async fn with_servers(storage: Storage) -> TestApp {
    let app = spawn_app(storage).await;
    for (hostname, ip, status, tags) in [
        ("web-eu-1", "10.1.0.1", "up", json!(["web", "eu"])),
        ("web-eu-2", "10.1.0.2", "maintenance", json!(["web", "eu"])),
        ("web-us-1", "10.2.0.1", "up", json!(["web", "us"])),
        ("mail", "2001:db8::25", "down", json!(["mail"])),
        ("webcam", "192.168.1.25", "up", json!([])),
    ] {
        let mut server = server(hostname, ip, status);
        server["tags"] = tags;
        app.add(server).await;
    }
    app
}

async fn filters_choose_and_count(storage: Storage) {
    let app = with_servers(storage).await;
    for (query, expected) in [
        ("status=up", "web-prod-01 web-eu-1 web-us-1 webcam"),
        ("status=down", "db-prod-01 mail"),
        ("status=maintenance", "web-eu-2"),
        ("tag=web", "web-eu-1 web-eu-2 web-us-1"),
        ("tag=we", ""),
        ("q=web", "web-prod-01 web-eu-1 web-eu-2 web-us-1 webcam"),
        ("q=WEB-EU", "web-eu-1 web-eu-2"),
        ("q=10.1.", "web-eu-1 web-eu-2"),
        ("q=DB8%3A%3A25", "mail"),
        ("q=.25", "webcam"),
        ("q=", "web-prod-01 db-prod-01 web-eu-1 web-eu-2 web-us-1 mail webcam"),
        ("q=%25", ""),
        ("q=%C3%A9%00", ""),
        ("tag=web&status=up", "web-eu-1 web-us-1"),
        ("tag=eu&status=up&q=10.1", "web-eu-1"),
        ("tag=mail&status=up", ""),
        ("sort=-hostname&tag=web", "web-us-1 web-eu-2 web-eu-1"),
    ] {
        let answer = app.get(&format!("/api/v1/servers?{query}")).await;
        let names: Vec<_> = answer.list("servers").iter().map(|server| text_of(server, "hostname")).collect();
        assert_eq!(names.join(" "), expected, "{query}");
        assert_eq!(answer.json()["count"], names.len(), "{query}");
        // on every page the count is that of all of them
        let page = app.get(&format!("/api/v1/servers?{query}&limit=1")).await;
        assert_eq!(page.json()["count"], names.len(), "{query}");
        assert_eq!(page.next().is_some(), names.len() > 1, "{query}");
    }
}

async fn what_was_read_is_not_sent_again(storage: Storage) {
    let app = spawn_app(storage).await;
    let ask = async |path: &str, tag: &str| {
        send(app.stranger().request(Method::GET, path).header("If-None-Match", tag.to_owned())).await
    };
    for path in ["/api/v1/servers", "/api/v1/servers?status=up", "/api/v1/servers/1"] {
        let first = app.get(path).await;
        let tag = first.header("etag").to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let again = ask(path, &known).await;
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{path} {known}");
            assert_eq!(again.header("etag"), tag);
        }
        for unknown in ["\"other\"", "nonsense", "\"\""] {
            assert_eq!(ask(path, unknown).await.body, first.body, "{path} {unknown}");
        }
        app.clock.advance(1);
        let description = format!("changed for {path}");
        assert_eq!(app.patch("/api/v1/servers/1", &json!({"description": description})).await.status, 200);
        let changed = ask(path, &tag).await;
        assert_eq!(changed.status, 200, "{path}");
        assert_ne!(changed.header("etag"), tag);
    }
    // a change of another server leaves this one's tag as it is
    let tag = app.get("/api/v1/servers/1").await.header("etag").to_owned();
    app.patch("/api/v1/servers/2", &json!({"status": "up"})).await;
    assert_eq!(ask("/api/v1/servers/1", &tag).await.status, 304);
}
