//! A document is handed in, changed and deleted: who it belongs to hears of it at once, and every version is kept.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use testbed::answer::Answer;
use testbed::client::{Client, send};
use testbed::process::Running;
use testbed::wait;

use crate::system::{SOON, System, fresh};

const PASSWORD: &str = "nine-lamps-over-a-slow-river";

/// Two people and an admin listen with the official Socket.IO client; one of the two works.
pub async fn a_document_changes_and_who_is_concerned_hears(system: &System) {
    let (nadia, noah) = (sign_in(system, "nadia").await, sign_in(system, "noah").await);
    let [hers, his, all] = [
        listen(system, "User_connect", &nadia.token),
        listen(system, "User_connect", &noah.token),
        listen(system, "Admin_connect", &(system.token)("notifications")),
    ];

    let name = fresh("contract");
    let made = upload(&nadia.client, Method::POST, "/api/v1/files", &name, "We agree.").await;
    made.assert_status(201);
    let id = made.json()["id"].clone();
    let path = format!("/api/v1/files/{id}");
    let changed = upload(&nadia.client, Method::PUT, &path, &name, "We agree, but for one word.").await;
    changed.assert_status(200);
    nadia.client.delete(&path).await.assert_status(204);
    // not his, and there is no telling that it was there
    noah.client.get(&path).await.assert_status(404);

    let expected = ["Notify_File_create", "Notify_File_update", "Notify_File_delete"];
    for (whose, listener) in [("hers", &hers), ("the admin's", &all)] {
        let heard = wait::until(&format!("three notifications, {whose}"), SOON, || {
            Some(heard(listener, &id)).filter(|heard| heard.len() >= expected.len())
        });
        assert_eq!(heard.iter().map(|(event, _)| event.as_str()).collect::<Vec<_>>(), expected, "{whose}");
        let numbers: Vec<i64> = heard.iter().map(|(_, data)| data["seq"].as_i64().unwrap()).collect();
        assert!(numbers.is_sorted(), "{whose}: {numbers:?}");
        assert_eq!(heard[1].1["file"]["version"], 2, "{whose}: {heard:?}");
    }
    // he hears of his own, which was later: so he has not heard of hers
    let own = upload(&noah.client, Method::POST, "/api/v1/files", &fresh("note"), "Mine.").await.json()["id"].clone();
    wait::until("his notification", SOON, || heard(&his, &own).pop());
    assert_eq!(heard(&his, &id), []);

    every_version_is_kept(system, &id).await;
}

/// The backup has all of its history, the deleted file's too.
async fn every_version_is_kept(system: &System, id: &Value) {
    let backup = system.admin("backup");
    let history = format!("/api/v1/history?file={id}");
    let entries = wait::until_async("the copies of all versions", SOON, async || {
        let entries = backup.get(&history).await.json();
        Some(entries).filter(|entries| entries.as_array().is_some_and(|entries| entries.len() == 3))
    })
    .await;
    let mut kinds: Vec<&str> =
        entries.as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["created", "deleted", "updated"], "{entries}");
}

/// Somebody with an account, and a token for it.
struct Person {
    client: Client,
    token: String,
}

async fn sign_in(system: &System, name: &str) -> Person {
    let login = fresh(name);
    let account = json!({"login": login, "password": PASSWORD});
    system.admin("documents").post("/api/v1/users", &account).await.assert_status(201);
    let stranger = system.stranger("documents");
    let answer = stranger.post("/api/v1/login", &account).await;
    answer.assert_status(200);
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    Person { client: stranger.as_(&token), token }
}

async fn upload(client: &Client, method: Method, path: &str, name: &str, content: &str) -> Answer {
    let head = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let request = client.request(method, path).header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    send(request.body(format!("{head}{content}\r\n--b--\r\n"))).await
}

/// A program that listens; it has been welcomed.
fn listen(system: &System, greeting: &str, token: &str) -> Running {
    let program =
        system.node("listen.cjs", "socketio-node").arg((system.url)("notifications")).arg(greeting).arg(token);
    let running = program.spawn();
    let welcome = wait::until("a listener's welcome", SOON, || {
        lines(&running).into_iter().find(|(event, _)| event == "greeted").map(|(_, data)| data)
    });
    assert_eq!(welcome["ok"], true, "{welcome}");
    running
}

/// What it has heard of this file.
fn heard(listener: &Running, file: &Value) -> Vec<(String, Value)> {
    lines(listener).into_iter().filter(|(_, data)| data["file"]["id"] == *file).collect()
}

fn lines(listener: &Running) -> Vec<(String, Value)> {
    let said = listener.stdout();
    // the last line may be half there
    let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let line = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        (line["event"].as_str().unwrap().to_owned(), line["data"].clone())
    };
    whole.lines().map(line).collect()
}
