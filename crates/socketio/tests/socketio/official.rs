//! The official server.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use socketio_client::{Connection, Error, Limits};
use testbed::chaos_proxy::ChaosProxy;
use testbed::process::{Program, Running};
use testbed::{tools, wait};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(20);

/// Shorter than what anything takes that waits for nobody.
const AT_ONCE: Duration = Duration::from_secs(2);

fn server() -> Running {
    Program::new(tools::of_debian("node", "nodejs"))
        .env("NODE_PATH", tools::node_modules("socketio-node"))
        .arg(tools::file("crates/socketio/tests/socketio/official/server.js"))
        .start()
}

async fn connect_with(url: &str, limits: Limits) -> Connection {
    let mut connection = Connection::open(url, Some(json!({"token": "good"})), limits).await.unwrap();
    let welcome = connection.next().await.unwrap();
    assert_eq!((welcome.name.as_str(), &welcome.data[..]), ("welcome", &[json!({"transport": "websocket"})][..]));
    connection
}

async fn connect(server: &Running) -> Connection {
    connect_with(&server.url(""), Limits::default()).await
}

/// Why it ends.
async fn end(connection: &mut Connection) -> Error {
    timeout(SOON, async {
        loop {
            if let Err(error) = connection.next().await {
                return error;
            }
        }
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn events_go_both_ways_and_are_acknowledged_with_whatever_the_server_says() {
    let server = server();
    let mut connection = connect(&server).await;
    let data = json!({"text": "é \"quoted\" \u{2028} 🦀", "list": [1, null]});
    assert_eq!(connection.emit_with_ack("echo", data.clone()).await.unwrap(), data);
    assert_eq!(connection.emit_with_ack("two", json!(0)).await.unwrap(), json!([1, 2]));
    assert_eq!(connection.emit_with_ack("none", json!(0)).await.unwrap(), Value::Null);
    connection.emit("tell", data.clone()).unwrap();
    let told = connection.next().await.unwrap();
    assert_eq!(
        (told.name.as_str(), told.data.clone(), told.wants_answer()),
        ("told", vec![data, json!("and more")], false)
    );
}

#[tokio::test]
async fn an_event_that_the_server_wants_answered_is_answered() {
    let server = server();
    let mut connection = connect(&server).await;
    let answered = connection.emit_with_ack("ask", json!("how much?"));
    let question = connection.next().await.unwrap();
    assert!(question.wants_answer());
    assert_eq!(question.data, [json!("how much?")]);
    connection.answer(&question, json!(42)).unwrap();
    assert_eq!(answered.await.unwrap(), json!(42));
}

#[tokio::test]
async fn a_thousand_acknowledgements_are_under_way_at_once_and_none_is_another_s() {
    let server = server();
    let connection = connect(&server).await;
    let all = (0..1000).map(|number| connection.emit_with_ack("echo", json!(number)));
    let answers = join_all(all).await;
    for (number, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.unwrap(), json!(number));
    }
}

#[tokio::test]
async fn a_refusal_says_what_the_server_says() {
    let server = server();
    for auth in [None, Some(json!({"token": "bad"}))] {
        let refused = Connection::open(&server.url(""), auth, Limits::default()).await.unwrap_err();
        let Error::Refused { message, data } = refused else { panic!("{refused}") };
        assert_eq!((message.as_str(), data), ("not authorized", Some(json!({"code": 401}))));
    }
}

#[tokio::test]
async fn a_connection_outlives_many_heart_beats() {
    let server = server();
    let mut connection = connect(&server).await;
    // twice as long as the server bears silence
    assert!(timeout(Duration::from_millis(2400), connection.next()).await.is_err());
    assert_eq!(connection.emit_with_ack("echo", json!(1)).await.unwrap(), json!(1));
}

#[tokio::test]
async fn the_server_s_good_bye_ends_the_connection_and_all_who_wait_are_told() {
    let server = server();
    for event in ["leave", "end"] {
        let mut connection = connect(&server).await;
        let waits = connection.emit_with_ack("never", json!(0));
        connection.emit(event, json!(0)).unwrap();
        let why = end(&mut connection).await;
        assert!(matches!(why, Error::Disconnected), "{event}: {why}");
        assert!(matches!(waits.await, Err(Error::Disconnected)));
        assert!(matches!(connection.emit("echo", json!(0)), Err(Error::Disconnected)));
    }
}

#[tokio::test]
async fn closing_sends_what_waits_and_says_good_bye() {
    let server = server();
    let connection = connect(&server).await;
    let answers: Vec<_> = (0..100).map(|number| connection.emit_with_ack("echo", json!(number))).collect();
    timeout(AT_ONCE, connection.close()).await.unwrap();
    drop(answers);
    let said = async || server.stdout().contains("left: client namespace disconnect").then_some(());
    wait::until_async("the server to see it", SOON, said).await;
}

#[tokio::test]
async fn a_connection_that_is_dropped_is_gone() {
    let server = server();
    let connection = connect(&server).await;
    let waits = connection.emit_with_ack("never", json!(0));
    drop(connection);
    assert!(matches!(waits.await, Err(Error::Closed)));
    let said = async || server.stdout().contains("left: transport").then_some(());
    wait::until_async("the server to see it", SOON, said).await;
}

#[tokio::test]
async fn a_server_that_is_killed_is_noticed_at_once() {
    let mut server = server();
    let mut connection = connect(&server).await;
    server.kill_9();
    let why = timeout(AT_ONCE, end(&mut connection)).await.unwrap();
    assert!(matches!(why, Error::Disconnected | Error::Lost(_)), "{why}");
}

#[tokio::test]
async fn a_server_behind_a_cable_that_is_pulled_is_noticed_by_its_silence() {
    let server = server();
    let proxy = ChaosProxy::start(server.address()).unwrap();
    let mut connection = connect_with(&format!("http://{}", proxy.address()), Limits::default()).await;
    proxy.stall();
    let waits = connection.emit_with_ack("echo", json!(0));
    let why = end(&mut connection).await;
    // as the server has said: an interval and its grace
    assert!(matches!(why, Error::Silent(silence) if silence == Duration::from_millis(1200)), "{why}");
    assert!(matches!(waits.await, Err(Error::Silent(_))));
}

#[tokio::test]
async fn too_much_at_once_ends_it_or_is_refused() {
    let server = server();
    let url = server.url("");
    // more events than may wait
    let mut connection = connect_with(&url, Limits { unread: 10, ..Limits::default() }).await;
    connection.emit("flood", json!(100)).unwrap();
    let closed = async || connection.emit("never", json!(0)).is_err().then_some(());
    wait::until_async("it to end", SOON, closed).await;
    for number in 0..10 {
        assert_eq!(connection.next().await.unwrap().data, [json!(number)], "what came before is there");
    }
    assert!(matches!(connection.next().await, Err(Error::Unread(10))));
    // a larger message than may come
    let mut connection = connect_with(&url, Limits { message_bytes: 1000, ..Limits::default() }).await;
    connection.emit("send", json!(2000)).unwrap();
    assert!(matches!(end(&mut connection).await, Error::Lost(_)));
    // a larger one than the server takes: said, and the connection goes on
    let mut connection = connect(&server).await;
    let refused = connection.emit("tell", json!("x".repeat(200_000)));
    assert!(matches!(refused, Err(Error::TooLarge { limit: 100_000, .. })));
    connection.emit("binary", json!(0)).unwrap();
    assert!(matches!(end(&mut connection).await, Error::Protocol(_)));
}

/// On one thread, so that nothing is sent between two calls.
#[tokio::test]
async fn a_message_too_many_is_refused_and_the_connection_goes_on() {
    let server = server();
    let connection = connect_with(&server.url(""), Limits { unsent: 3, ..Limits::default() }).await;
    let answers: Vec<_> = (0..4).map(|number| connection.emit_with_ack("echo", json!(number))).collect();
    let answers = join_all(answers).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    assert!(matches!(answers[3], Err(Error::Unsent(3))));
    assert_eq!(connection.emit_with_ack("echo", json!(5)).await.unwrap(), json!(5));
}
