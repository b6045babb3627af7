//! Pages of the list, followed by their `Link`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::app::{TestApp, server, spawn_app, text_of};
use crate::storage::{Storage, on_both_databases};

on_both_databases! {
    pages_put_together_are_the_whole_list,
    what_is_there_all_the_time_is_shown_once,
}

const SORTS: [&str; 10] =
    ["id", "-id", "hostname", "-hostname", "ip", "-ip", "status", "-status", "updated_at", "-updated_at"];

/// Twenty servers beside those of the course, with addresses, statuses and times that several of them share.
async fn with_servers(storage: Storage) -> TestApp {
    let app = spawn_app(storage).await;
    for number in 0..20 {
        // neither in the order of the ids nor in its reverse
        let shuffled = number * 7 % 20;
        let ip = if number % 3 == 0 { format!("2001:db8::{shuffled}") } else { format!("10.0.{}.9", shuffled % 12) };
        let status = ["up", "down", "maintenance"][number % 3];
        let mut server = server(&format!("host-{shuffled}"), &ip, status);
        server["tags"] = if number % 2 == 0 { json!(["even"]) } else { json!([]) };
        app.add(server).await;
        app.clock.advance(i64::from(number % 4 == 0));
    }
    app
}

/// Every page, from this one on; the number of servers on each must be `limit`, but for the last.
async fn pages(app: &TestApp, path: &str, limit: usize) -> Vec<Value> {
    let mut servers = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = app.get(&path).await;
        assert_eq!(page.status, 200, "{page}");
        let shown = page.list("servers");
        next = page.next();
        assert!(if next.is_some() { shown.len() == limit } else { shown.len() <= limit }, "{path}");
        servers.extend(shown);
    }
    servers
}

async fn pages_put_together_are_the_whole_list(storage: Storage) {
    let app = with_servers(storage).await;
    for sort in SORTS {
        for filter in ["", "&status=up", "&tag=even", "&q=host-1", "&tag=even&status=down"] {
            let whole = app.get(&format!("/api/v1/servers?sort={sort}{filter}")).await;
            assert_eq!(whole.next(), None);
            let whole = whole.list("servers");
            assert_sorted(sort, &whole);
            for limit in [1, 3, whole.len()] {
                let path = format!("/api/v1/servers?sort={sort}{filter}&limit={limit}");
                assert_eq!(pages(&app, &path, limit).await, whole, "{path}");
            }
        }
    }
}

#[track_caller]
fn assert_sorted(sort: &str, servers: &[Value]) {
    let key = |server: &Value| {
        let id = server["id"].as_i64().unwrap();
        let rank = |words: &[&str], word: &str| words.iter().position(|it| *it == word).unwrap();
        match sort.trim_start_matches('-') {
            "id" => (String::new(), id),
            "hostname" => (text_of(server, "hostname"), id),
            // IPv4 before IPv6, each as the number that it is
            "ip" => match text_of(server, "ip").parse().unwrap() {
                std::net::IpAddr::V4(ip) => (format!("4{:010}", ip.to_bits()), id),
                std::net::IpAddr::V6(ip) => (format!("6{:040}", ip.to_bits()), id),
            },
            "status" => (rank(&["up", "down", "maintenance"], &text_of(server, "status")).to_string(), id),
            _ => (format!("{:020}", server["updated_at"].as_i64().unwrap()), id),
        }
    };
    let keys: Vec<_> = servers.iter().map(key).collect();
    let in_order = |pair: &[(String, i64)]| if sort.starts_with('-') { pair[0] > pair[1] } else { pair[0] < pair[1] };
    assert!(keys.windows(2).all(in_order), "{sort}: {keys:?}");
}

async fn what_is_there_all_the_time_is_shown_once(storage: Storage) {
    let app = with_servers(storage).await;
    for (round, sort) in SORTS.into_iter().enumerate() {
        let before: BTreeSet<_> = app.hostnames().await.into_iter().collect();
        let mut shown = Vec::new();
        let mut next = Some(format!("/api/v1/servers?sort={sort}&limit=2"));
        for turn in 0.. {
            let Some(path) = next else { break };
            let page = app.get(&path).await;
            shown.extend(page.list("servers").iter().map(|server| text_of(server, "hostname")));
            next = page.next();
            // others add and delete, before and behind the page, also the very server on which the cursor stands
            app.add(server(&format!("new-{round}-{turn}"), &format!("10.9.{round}.{turn}"), "up")).await;
            if let Some(last) =
                page.list("servers").last().filter(|last| turn % 3 == 0 && last["id"].as_i64() > Some(2))
            {
                app.delete(&format!("/api/v1/servers/{}", last["id"])).await;
            }
        }
        let distinct: BTreeSet<_> = shown.iter().cloned().collect();
        assert_eq!(distinct.len(), shown.len(), "{sort}: one was shown twice: {shown:?}");
        let after: BTreeSet<_> = app.hostnames().await.into_iter().collect();
        let all_the_time = before.intersection(&after);
        for name in all_the_time {
            assert!(distinct.contains(name), "{sort}: {name} was there all the time and not shown");
        }
        for name in after.iter().filter(|name| name.starts_with("new-")) {
            let id = app.get(&format!("/api/v1/servers?q={name}")).await.list("servers")[0]["id"].clone();
            app.delete(&format!("/api/v1/servers/{id}")).await;
        }
    }
}

#[tokio::test]
async fn a_page_has_a_hundred_servers_unless_told_otherwise() {
    let app = spawn_app(Storage::sqlite()).await;
    let lines: Vec<_> = (0..600).map(|n| server(&format!("h{n}"), "10.0.0.1", "up").to_string()).collect();
    assert_eq!(app.import("/api/v1/servers/import", "application/x-ndjson", lines.join("\n")).await.status, 200);
    let front = app.get("/api/v1/servers").await;
    assert_eq!((front.list("servers").len(), front.json()["count"].as_u64()), (100, Some(602)));
    assert_eq!(front.next().as_deref(), Some("/api/v1/servers?cursor=eyJpZCI6MTAwfQ"));
    assert_eq!(app.get("/api/v1/servers?limit=500").await.list("servers").len(), 500);
    assert_eq!(app.servers().await.len(), 602);
}
