//! `User_connect` and `Admin_connect`.

use std::time::Duration;

use serde_json::json;
use testbed::chaos_proxy::ChaosProxy;
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::{App, SOON, change, told};

#[tokio::test]
async fn a_token_is_taken_in_every_way_in_which_clients_send_it() {
    let app = App::start().await;
    let zoe = app.documents.user("zoe").await;
    let peer = app.stranger_connection().await;
    let expected = json!({"ok": true, "user_id": zoe.id, "login": "zoe", "admin": false});
    let token = &zoe.token;
    for payload in [json!(token), json!({"token": token}), json!(json!({"token": token}).to_string())] {
        assert_eq!(peer.ask("User_connect", payload).await, expected);
    }
    let peer = app.stranger_connection().await;
    assert_eq!(peer.ask("Admin_connect", json!({"token": TOKEN})).await["admin"], true);
}

#[tokio::test]
async fn who_shows_no_good_token_hears_nothing() {
    let app = App::start().await;
    let zoe = app.documents.user("zoe").await;
    let mut peer = app.stranger_connection().await;
    for (event, payload, says) in [
        ("User_connect", json!("docs_wrong"), "The token is not valid: log in again"),
        ("User_connect", json!("with\nbreak"), "The token is not valid: log in again"),
        ("Admin_connect", json!("wrong"), "The token is not valid: log in again"),
        ("Admin_connect", json!(zoe.token), "This is no admin's token: send User_connect to hear of your own files"),
        ("User_connect", json!("x".repeat(5000)), "The token is not valid: log in again"),
        ("User_connect", json!(TOKEN.repeat(2)), "The token is not valid: log in again"),
        ("User_connect", json!(null), "User_connect needs a token: a text, or {\"token\": \"…\"}"),
        ("User_connect", json!({"user_id": zoe.id}), "User_connect needs a token: a text, or {\"token\": \"…\"}"),
    ] {
        assert_eq!(peer.refused(event, payload).await["error"], says);
    }
    app.api().await.ask("File_create", change(1, zoe.id)).await;
    peer.assert_silent().await;
}

#[tokio::test]
async fn a_user_who_is_an_admin_hears_all_by_either_event() {
    let app = App::start().await;
    let boss = json!({"login": "boss", "password": "correct horse battery staple", "admin": true});
    let boss = app.documents.user_who(boss).await;
    let api = app.api().await;
    for (seq, event) in [(1, "User_connect"), (2, "Admin_connect")] {
        let mut peer = app.stranger_connection().await;
        assert_eq!(peer.ask(event, json!(boss.token)).await["admin"], true);
        api.ask("File_create", change(seq, 99)).await;
        assert_eq!(peer.next().await.1, told(seq, 99));
        // and once, though it is the owner too
        api.ask("File_create", change(seq + 10, boss.id)).await;
        assert_eq!(peer.next().await.1, told(seq + 10, boss.id));
        peer.assert_silent().await;
    }
}

#[tokio::test]
async fn of_several_accounts_the_one_that_was_named_last_is_listened_with() {
    let app = App::start().await;
    let (zoe, max) = (app.documents.user("zoe").await, app.documents.user("max").await);
    let (mut peer, api) = (app.user(&zoe).await, app.api().await);
    peer.ask("User_connect", json!(max.token)).await;
    api.ask("File_create", change(1, zoe.id)).await;
    api.ask("File_create", change(2, max.id)).await;
    assert_eq!(peer.next().await.1, told(2, max.id));
    // a refusal changes nothing
    peer.refused("User_connect", json!("docs_wrong")).await;
    api.ask("File_create", change(3, max.id)).await;
    assert_eq!(peer.next().await.1, told(3, max.id));
}

#[tokio::test]
async fn a_login_that_has_ended_hears_no_more() {
    let app = App::with(|settings| settings.recheck = Duration::from_secs(1)).await;
    let zoe = app.documents.user("zoe").await;
    let (mut tab, mut other_tab, mut admin) = (app.user(&zoe).await, app.user(&zoe).await, app.admin().await);
    zoe.client.post("/api/v1/logout", &json!({})).await.assert_status(204);
    for peer in [&mut tab, &mut other_tab] {
        let (event, said) = peer.next().await;
        assert_eq!(event, "error");
        assert_eq!(said, json!({"error": "Your login has ended: log in again, and send the new token"}));
    }
    app.api().await.ask("File_create", change(1, zoe.id)).await;
    assert_eq!(admin.next().await.1, told(1, zoe.id));
    tab.assert_silent().await;
    other_tab.assert_silent().await;
}

#[tokio::test]
async fn who_is_an_admin_no_more_hears_of_its_own_files_alone() {
    let app = App::with(|settings| settings.recheck = Duration::from_secs(1)).await;
    let boss = json!({"login": "boss", "password": "correct horse battery staple", "admin": true});
    let boss = app.documents.user_who(boss).await;
    let mut peer = app.user(&boss).await;
    let changed = app.documents.put(&format!("/api/v1/users/{}", boss.id), &json!({"admin": false})).await;
    changed.assert_status(200);
    let figure = "notifications_connections{role=\"user\"} 1";
    wait::until_async("the recheck", SOON, async || app.get("/metrics").await.body.contains(figure).then_some(()))
        .await;
    let api = app.api().await;
    api.ask("File_create", change(1, 99)).await;
    api.ask("File_create", change(2, boss.id)).await;
    assert_eq!(peer.next().await.1, told(2, boss.id));
}

#[tokio::test]
async fn while_the_documents_api_is_down_who_is_known_hears_on_and_nobody_new_gets_in() {
    let documents = crate::app::Documents::start().await;
    let proxy = ChaosProxy::start(documents.address).unwrap();
    let url = format!("http://{}", proxy.address());
    let app = App::on(documents, |settings| {
        settings.documents_url = url;
        // it asks again and again
        settings.max_refusals = 1_000_000;
        settings.recheck = Duration::from_secs(1);
    })
    .await;
    let zoe = app.documents.user("zoe").await;
    let mut peer = app.user(&zoe).await;
    proxy.cut();
    let mut late = app.stranger_connection().await;
    let said = late.refused("User_connect", json!(zoe.token)).await;
    assert_eq!(said["error"], "The documents API cannot be asked whose token this is: try again");
    assert!(said["retry_after"].as_u64().unwrap() >= 1, "{said}");
    app.get("/readyz").await.assert_status(200);
    // long enough for a recheck that finds nobody
    let failures = || async {
        let figures = app.get("/metrics").await.body;
        let line = figures.lines().find(|line| line.starts_with("peer_calls") && line.contains("documents"))?;
        Some(line.to_owned())
    };
    let before = failures().await;
    wait::until_async("a recheck", SOON, async || (failures().await != before).then_some(())).await;
    app.api().await.ask("File_create", change(1, zoe.id)).await;
    assert_eq!(peer.next().await.1, told(1, zoe.id));
    proxy.restore();
    let known = async || late.ask("User_connect", json!(zoe.token)).await["ok"].as_bool();
    wait::until_async("the documents API to be asked again", SOON, known).await;
}

#[tokio::test]
async fn only_so_many_logins_of_an_address_wait_for_an_answer() {
    let documents = crate::app::Documents::start().await;
    let proxy = ChaosProxy::start(documents.address).unwrap();
    let url = format!("http://{}", proxy.address());
    let app = App::on(documents, |settings| settings.documents_url = url).await;
    let zoe = app.documents.user("zoe").await;
    // it is asked, and says nothing
    proxy.stall();
    let mut peers = Vec::new();
    for _ in 0..5 {
        peers.push(app.stranger_connection().await);
    }
    let one_too_many = async || {
        let asked: Vec<_> = peers.iter().map(|peer| peer.0.emit_with_ack("User_connect", json!(zoe.token))).collect();
        futures_util::future::join_all(asked).await
    };
    let answers = one_too_many().await.into_iter().map(|answer| answer.unwrap().to_string());
    let refused = json!({"error": "Too many logins are being checked: try again", "retry_after": 1}).to_string();
    assert_eq!(answers.filter(|answer| *answer == refused).count(), 1);
    // nor may one connection have any number of them wait
    let asked: Vec<_> = (0..10).map(|_| peers[0].0.emit_with_ack("User_connect", json!(zoe.token))).collect();
    let answers = futures_util::future::join_all(asked).await.into_iter().map(|answer| answer.unwrap().to_string());
    assert_eq!(answers.filter(|answer| answer.contains("4 logins of this connection wait")).count(), 6);
}
