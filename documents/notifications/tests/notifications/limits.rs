//! What one client may cost the others.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use testbed::chaos_proxy::ChaosProxy;
use testbed::service::TOKEN;
use testbed::wait;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::app::{App, Peer, SOON, change};
use crate::polling::Polling;

/// A websocket that does what the test does, and nothing by itself.
async fn websocket(address: SocketAddr) -> WebSocketStream<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    // so that little is enough to fill it
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(address).await.unwrap();
    let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
    client_async(url, stream).await.unwrap().0
}

/// An admin of whom nothing more is heard than that it is one.
async fn admin_by_websocket(address: SocketAddr) -> WebSocketStream<TcpStream> {
    let mut socket = websocket(address).await;
    for packet in ["40".to_owned(), format!("420[\"Admin_connect\",\"{TOKEN}\"]")] {
        socket.send(Message::text(packet)).await.unwrap();
    }
    loop {
        let message = socket.next().await.unwrap().unwrap();
        if message.to_text().unwrap().starts_with("430") {
            return socket;
        }
    }
}

/// Wait until there is a figure like this.
async fn until_figure(app: &App, figure: &str) {
    let there = async || {
        let figures = app.get("/metrics").await.body;
        figures.lines().any(|line| line == figure).then_some(())
    };
    wait::until_async(figure, SOON, there).await;
}

#[tokio::test]
async fn who_answers_no_heart_beat_is_dropped() {
    let app = App::with(|settings| {
        settings.ping_interval = Duration::from_secs(1);
        settings.ping_timeout = Duration::from_secs(1);
    })
    .await;
    let mut silent = admin_by_websocket(app.address).await;
    // its cable is pulled: nobody closes anything
    let proxy = ChaosProxy::start(app.address).unwrap();
    let cut_off = Peer::at(&format!("http://{}", proxy.address()), None).await;
    cut_off.ask("Admin_connect", json!(TOKEN)).await;
    until_figure(&app, "notifications_connections{role=\"admin\"} 2").await;
    proxy.stall();
    until_figure(&app, "notifications_connections{role=\"admin\"} 0").await;
    let last = async { while silent.next().await.is_some_and(|message| message.is_ok()) {} };
    tokio::time::timeout(SOON, last).await.expect("it is not closed");
}

#[tokio::test]
async fn who_does_not_read_is_dropped_and_the_others_hear_everything_meanwhile() {
    let app = App::with(|settings| {
        settings.max_waiting = 16;
        // what ends it is the number of messages alone
        settings.max_behind_bytes = 1 << 30;
    })
    .await;
    let unread = admin_by_websocket(app.address).await;
    let (api, mut admin) = (app.api().await, app.admin().await);
    let mut large = change(1, 7);
    large["file"]["name"] = json!("x".repeat(60_000));
    // more than the kernel and all buffers between take for one connection
    for seq in 1..=400 {
        large["seq"] = json!(seq);
        assert_eq!(api.ask("File_create", large.clone()).await["seq"], seq);
        assert_eq!(admin.next().await.1["seq"], seq);
    }
    until_figure(&app, "notifications_dropped_slow_total{limit=\"messages\"} 1").await;
    until_figure(&app, "notifications_connections{role=\"admin\"} 1").await;
    drop(unread);
}

/// Have the API tell an admin of so large changes, one after the other, until there is a figure like this.
async fn tell_until(app: &App, figure: &str) {
    let (api, mut admin) = (app.api().await, app.admin().await);
    let mut large = change(1, 7);
    large["file"]["name"] = json!("x".repeat(60_000));
    let begun = tokio::time::Instant::now();
    for seq in 1.. {
        large["seq"] = json!(seq);
        assert_eq!(api.ask("File_create", large.clone()).await["seq"], seq);
        // the other one hears all, and in order
        assert_eq!(admin.next().await.1["seq"], seq);
        if seq % 20 == 0 && app.get("/metrics").await.body.lines().any(|line| line == figure) {
            return;
        }
        assert!(begun.elapsed() < SOON, "nobody is dropped after {seq} changes");
    }
}

/// What a websocket still brings, to its end.
async fn to_its_end(mut socket: WebSocketStream<TcpStream>) -> Vec<String> {
    let mut read = Vec::new();
    while let Ok(Some(Ok(message))) = tokio::time::timeout(SOON, socket.next()).await {
        read.push(message.to_text().unwrap().chars().take(300).collect());
    }
    read
}

#[tokio::test]
async fn a_slow_and_steady_reader_is_told_that_it_is_too_far_behind_and_others_hear_everything() {
    let app = App::with(|settings| {
        settings.max_behind = Duration::from_secs(2);
        // neither of the others is what ends it
        settings.max_behind_bytes = 1 << 30;
        settings.max_waiting = 65_536;
    })
    .await;
    let mut slow = admin_by_websocket(app.address).await;
    let reads = async {
        let mut pace = tokio::time::interval(Duration::from_millis(200));
        loop {
            pace.tick().await;
            slow.next().await.unwrap().unwrap();
        }
    };
    tokio::select! {
        () = tell_until(&app, "notifications_dropped_slow_total{limit=\"seconds\"} 1") => {}
        () = reads => {}
    }
    // by now it has time to read, and is told why
    let read = to_its_end(slow).await;
    let said = read.iter().find(|text| text.starts_with("42[\"error\","));
    assert!(said.is_some_and(|said| said.contains("You read too slowly: you are")), "{said:?}");
    until_figure(&app, "notifications_connections{role=\"admin\"} 0").await;
}

#[tokio::test]
async fn who_leaves_more_bytes_unread_than_may_wait_is_dropped() {
    let app = App::with(|settings| {
        settings.max_behind_bytes = 1 << 20;
        settings.max_behind = Duration::from_secs(20);
        settings.max_waiting = 65_536;
    })
    .await;
    let unread = admin_by_websocket(app.address).await;
    tell_until(&app, "notifications_dropped_slow_total{limit=\"bytes\"} 1").await;
    let read = to_its_end(unread).await;
    assert!(read.iter().any(|text| text.contains("bytes wait for you. Connect anew")), "{:?}", read.last());
}

#[tokio::test]
async fn a_heart_beat_passes_where_no_message_does() {
    let app = App::with(|settings| {
        settings.ping_interval = Duration::from_secs(5);
        settings.max_waiting = 16;
    })
    .await;
    let mut full = Polling::open(&app, 4, Some(TOKEN)).await;
    assert_eq!(full.ask("Admin_connect", &json!(TOKEN)).await["ok"], true);
    // it has answered the first one, and asks for nothing more
    let api = app.api().await;
    for seq in 1..=16 {
        assert_eq!(api.ask("File_create", change(seq, 7)).await["seq"], seq);
    }
    // by the heart-beats of another one, its next has been due
    let mut clock = websocket(app.address).await;
    for _ in 0..2 {
        while clock.next().await.unwrap().unwrap().to_text().unwrap() != "2" {}
        clock.send(Message::text("3")).await.unwrap();
    }
    let mut waiting = full.waiting().await;
    waiting.retain(|packet| packet.starts_with("42[\"Notify_"));
    assert_eq!(waiting.len(), 16);
}

#[tokio::test]
async fn a_connection_that_polls_sends_one_body_after_the_other() {
    let app = App::start().await;
    let polling = Polling::open(&app, 4, None).await;
    let path = polling.path();
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n4");
    // one that comes while we speak is itself the second, and refused: then another takes its place
    let mut slow = Vec::new();
    let refused = async {
        loop {
            let mut connection = TcpStream::connect(app.address).await.unwrap();
            connection.write_all(head.as_bytes()).await.unwrap();
            slow.push(connection);
            if polling.say("2").await.status == 400 {
                break;
            }
        }
    };
    timeout(SOON, refused).await.expect("no second body was refused");
    for mut connection in slow {
        // of those that were refused, it may be closed
        let _ = connection.write_all(b"2[\"User\"]").await;
    }
    let taken = async || (polling.say("3").await.status == 200).then_some(());
    wait::until_async("the next body to be taken", SOON, taken).await;
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_gets_one_back_for_each_that_goes() {
    let app = App::with(|settings| settings.max_connections_per_address = 2).await;
    let open = "/socket.io/?EIO=4&transport=polling";
    let first = app.stranger_connection().await;
    let _second = app.stranger_connection().await;
    app.stranger().get(open).await.assert_status(429);
    first.0.close().await;
    let free = async || (app.stranger().get(open).await.status == 200).then_some(());
    wait::until_async("the place of who has gone", SOON, free).await;
    app.stranger().get(open).await.assert_status(429);
}

#[tokio::test]
async fn all_together_have_so_many_connections() {
    let app = App::with(|settings| settings.max_connections = 1).await;
    let _only = app.stranger_connection().await;
    app.stranger().get("/socket.io/?EIO=4&transport=polling").await.refused_for_now();
}

#[tokio::test]
async fn behind_a_proxy_that_is_trusted_each_client_has_its_own_places() {
    let app = App::with(|settings| {
        settings.max_connections_per_address = 1;
        settings.trusted_proxies = "127.0.0.1".parse().unwrap();
    })
    .await;
    for (client, status) in [("192.0.2.1", 200), ("192.0.2.1", 429), ("192.0.2.2", 200)] {
        let request = app.stranger().request(reqwest::Method::GET, "/socket.io/?EIO=4&transport=polling");
        testbed::client::send(request.header("X-Forwarded-For", client)).await.assert_status(status);
    }
}

#[tokio::test]
async fn a_client_sends_so_many_events_in_a_second_and_the_api_as_many_as_it_likes() {
    let app = App::with(|settings| settings.max_refusals = 1000).await;
    let zoe = app.documents.user("zoe").await;
    let peer = app.user(&zoe).await;
    let asked: Vec<_> = (0..60).map(|_| peer.0.emit_with_ack("Nothing", Value::Null)).collect();
    let answers = futures_util::future::join_all(asked).await.into_iter().map(Result::unwrap);
    let slowed = json!({"error": "Too many events: a client may send 20 in a second", "retry_after": 1});
    let slowed = answers.filter(|answer| *answer == slowed).count();
    // it has asked to be let in, and named itself, before
    assert!((20..=42).contains(&slowed), "{slowed} of 60 were too many");
    let api = app.api().await;
    for seq in 1..=60 {
        assert_eq!(api.ask("File_create", change(seq, 7)).await["ok"], true);
    }
}

#[tokio::test]
async fn who_guesses_is_slowed_and_thrown_out() {
    let app = App::with(|settings| settings.max_refusals = 5).await;
    let mut guesser = app.stranger_connection().await;
    for guess in 1..=5 {
        guesser.refused("Admin_connect", json!(format!("guess-{guess}"))).await;
    }
    assert!(guesser.0.next().await.is_err());
    until_figure(&app, "notifications_thrown_out_total 1").await;
    until_figure(&app, "notifications_refused_total{reason=\"not_allowed\"} 5").await;
}

#[tokio::test]
async fn clients_are_told_when_the_service_stops() {
    let app = App::start().await;
    let mut admin = app.admin().await;
    drop(app);
    assert!(admin.0.next().await.is_err());
}
