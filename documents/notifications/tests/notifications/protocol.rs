//! What clients may send that is none of our events.

use reqwest::Method;
use serde_json::{Value, json};
use testbed::client::send;

use crate::app::{App, SOON, change, told};
use crate::polling::Polling;

#[tokio::test]
async fn every_event_that_asks_is_answered_those_that_there_are_not_too() {
    let app = App::start().await;
    let mut peer = app.stranger_connection().await;
    let said = peer.refused("user_connect", json!("docs_0b7e")).await;
    let there_are = "User_connect, Admin_connect, File_create, File_update, File_delete";
    assert_eq!(said, json!({"error": format!("There is no event user_connect; there are {there_are}")}));
}

#[tokio::test]
async fn clients_of_version_2_poll_and_hear() {
    let app = App::start().await;
    let zoe = app.documents.user("zoe").await;
    let mut old = Polling::open(&app, 3, None).await;
    assert_eq!(old.ask("User_connect", &json!(zoe.token)).await["login"], "zoe");
    app.api().await.ask("File_create", change(1, zoe.id)).await;
    let heard = old.next().await;
    let heard: Value = serde_json::from_str(heard.strip_prefix("42").unwrap()).unwrap();
    assert_eq!(heard, json!(["Notify_File_create", told(1, zoe.id)]));
    // its heart-beat is its own
    old.say("2").await.assert_status(200);
    assert_eq!(old.next().await, "3");
}

#[tokio::test]
async fn what_is_no_packet_is_told_to_be_none() {
    let app = App::start().await;
    let mut peer = Polling::open(&app, 4, None).await;
    for (packet, says) in [
        ("42{", "This is no packet of Socket.IO: a packet with a wrong payload"),
        ("42[]", "This is no packet of Socket.IO: a packet with a wrong payload"),
        ("4", "This is no packet of Socket.IO: an empty packet"),
        ("42/admin,[\"x\"]", "There is no namespace but /"),
        ("bAAAA", "Binary data is not taken: send JSON"),
        ("451-[\"x\",{\"_placeholder\":true,\"num\":0}]", "Binary data is not taken: send JSON"),
    ] {
        peer.say(packet).await.assert_status(200);
        assert_eq!(peer.next().await, format!("42{}", json!(["error", {"error": says}])), "{packet}");
    }
    peer.say("40/admin,").await.assert_status(200);
    assert_eq!(peer.next().await, "44/admin,{\"message\":\"Invalid namespace\"}");
    let long = "x".repeat(65_536);
    peer.say(&format!("42[\"{long}\"]")).await.assert_status(200);
    let said = peer.next().await;
    assert!(said.contains("A message may have 65536 bytes at most, and this one has 65541"), "{said}");
    peer.say(&"x".repeat(4 * 65_536 + 1)).await.assert_status(413);
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_too() {
    let app = App::start().await;
    let mut peer = Polling::open(&app, 4, None).await;
    let deep = format!("4211[\"User_connect\",{}{}]", "[".repeat(1000), "]".repeat(1000));
    let long = format!("4212[\"User_connect\",\"{}\"]", "x".repeat(65_536));
    for (packet, id) in [
        ("4210[1]", 10),
        (&deep, 11),
        (&long, 12),
        ("451-13[\"User_connect\",{\"_placeholder\":true,\"num\":0}]", 13),
        ("4214[\"User_connect\"]", 14),
        ("4215[\"\"]", 15),
    ] {
        peer.say(packet).await.assert_status(200);
        let answer = peer.next().await;
        assert!(answer.starts_with(&format!("43{id}[{{\"error\":")), "{packet}: {answer}");
        assert!(peer.next().await.starts_with("42[\"error\","));
        if id == 13 {
            // the attachment belongs to what was refused
            peer.say("bAAAA").await.assert_status(200);
        }
    }
}

#[tokio::test]
async fn who_asks_for_other_namespaces_for_ever_is_thrown_out() {
    let app = App::with(|settings| settings.max_refusals = 3).await;
    let peer = Polling::open(&app, 4, None).await;
    for _ in 0..3 {
        peer.say(&format!("40/{},", "x".repeat(1000))).await.assert_status(200);
    }
    let gone = async || (peer.say("40/admin,").await.status == 400).then_some(());
    testbed::wait::until_async("the connection to be closed", SOON, gone).await;
}

#[tokio::test]
async fn who_speaks_before_it_has_connected_is_sent_away() {
    let app = App::start().await;
    let peer = Polling::open(&app, 4, None).await;
    // it leaves, and goes on speaking
    peer.say("41").await.assert_status(200);
    peer.say("42[\"User_connect\",\"x\"]").await.assert_status(200);
    let gone = async || (peer.say("42[\"User_connect\",\"x\"]").await.status == 400).then_some(());
    testbed::wait::until_async("the connection to be closed", SOON, gone).await;
}

#[tokio::test]
async fn pages_of_other_origins_may_connect_unless_the_operator_says_otherwise() {
    const PAGE: &str = "https://socket.example.org";
    let open = "/socket.io/?EIO=4&transport=polling";
    let request = |app: &App, method| app.stranger().request(method, open).header("Origin", PAGE);
    let app = App::start().await;
    let answer = send(request(&app, Method::GET)).await.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), PAGE);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    let asked = request(&app, Method::OPTIONS).header("Access-Control-Request-Headers", "authorization");
    let answer = send(asked).await.expect(204);
    assert_eq!(answer.header("access-control-allow-headers"), "authorization");
    let strict = App::with(|settings| settings.allowed_origins = "https://docs.example.org".parse().unwrap()).await;
    let refused = send(request(&strict, Method::GET)).await.refused(403);
    assert_eq!(refused, "Pages of this origin may not connect");
    send(request(&strict, Method::OPTIONS)).await.assert_status(403);
    // who is no page has no origin
    let _open = Polling::open(&strict, 4, None).await;
}

#[tokio::test]
async fn a_request_of_nobody_s_client_is_refused_in_our_shape_or_the_engine_s() {
    let app = App::start().await;
    for path in
        ["", "?EIO=4", "?EIO=4&transport=pigeon", "?EIO=4&transport=polling&sid=none", "?EIO=5&transport=polling"]
    {
        app.stranger().get(&format!("/socket.io/{path}")).await.assert_status(400);
    }
    for path in ["?EIO=4&transport=websocket", "?EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAHs"] {
        app.stranger().get(&format!("/socket.io/{path}")).await.refused(400);
    }
    app.stranger().delete("/socket.io/?EIO=4&transport=polling").await.refused(405);
}
