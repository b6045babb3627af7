//! The examples that listen, with the official clients: by polling, by websocket, and from one to the other.

use serde_json::json;
use testbed::process::Program;
use testbed::tools;

use crate::services::{SOON, Services, change, told_where, until_printed};

/// What every client prints, whatever its language and version.
async fn hears_all_and_what_is_refused(program: impl Fn() -> Program) {
    let services = Services::start().await;
    for (round, transports) in [&[][..], &["polling"], &["websocket"]].into_iter().enumerate() {
        let arguments: Vec<_> = ["User_connect"].into_iter().chain(transports.iter().copied()).collect();
        let running = told_where(program(), &services, &arguments).spawn();
        let answer = json!(["answer", {"ok": true, "user_id": 1, "login": "zoe", "admin": false}]);
        assert_eq!(until_printed(&running, 1).await, [answer], "{transports:?}");
        let first = u64::try_from(round).unwrap() * 3;
        for (nth, event) in (1..).zip(["File_create", "File_update", "File_delete"]) {
            services.tell(event, change(first + nth)).await;
        }
        let heard = until_printed(&running, 4).await;
        for (nth, kind) in (1..).zip(["create", "update", "delete"]) {
            let told = json!([format!("Notify_File_{kind}"), change(first + nth)]);
            assert_eq!(heard[usize::try_from(nth).unwrap()], told, "{transports:?}");
        }
    }
    // one that is refused is told so twice: in the answer, and by the event
    let running = told_where(program(), &services, &["Admin_connect"]).spawn();
    let said = json!({"error": "This is no admin's token: send User_connect to hear of your own files"});
    let mut printed = until_printed(&running, 2).await;
    printed.sort_by_key(|line| line[0].to_string());
    assert_eq!(printed, [json!(["answer", said]), json!(["error", said])]);
    drop(running);
    // and a login that has ended is refused
    services.log_out().await;
    let running = told_where(program(), &services, &["User_connect"]).spawn();
    let printed = until_printed(&running, 2).await;
    assert_eq!(printed[0][1], json!({"error": "The token is not valid: log in again"}));
}

fn node(module: &'static str) -> impl Fn() -> Program {
    move || {
        Program::new(tools::of_debian("node", "nodejs"))
            .arg(tools::file("documents/notifications/examples/listen.cjs"))
            .env("NODE_PATH", tools::node_modules("socketio-node"))
            .env("SOCKETIO_CLIENT", module)
    }
}

#[tokio::test]
async fn the_official_client_in_javascript() {
    hears_all_and_what_is_refused(node("socket.io-client")).await;
}

#[tokio::test]
async fn the_official_client_in_javascript_of_version_2() {
    hears_all_and_what_is_refused(node("socket.io-client-2")).await;
}

#[tokio::test]
async fn the_client_in_python() {
    hears_all_and_what_is_refused(|| {
        Program::new(tools::of_python_in("socketio-python", "python3"))
            .arg(tools::file("documents/notifications/examples/listen.py"))
    })
    .await;
}

#[tokio::test]
async fn who_does_not_say_where_is_told_how() {
    for program in [
        Program::new(tools::of_debian("node", "nodejs"))
            .arg(tools::file("documents/notifications/examples/listen.cjs"))
            .env("NODE_PATH", tools::node_modules("socketio-node")),
        Program::new(tools::of_python_in("socketio-python", "python3"))
            .arg(tools::file("documents/notifications/examples/listen.py")),
    ] {
        let mut running = program.spawn();
        assert!(!running.wait_within(SOON).success());
        assert!(running.stderr().starts_with("usage: NOTIFICATIONS_TOKEN=… listen."), "{}", running.stderr());
    }
}
