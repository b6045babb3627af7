//! Servers that hang, lie or are none.

use std::time::Duration;

use serde_json::json;
use socketio_client::{Connection, Error, Limits};
use testbed::process::free_port;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::scripted::{OPEN, saying, with_socket};

const SOON: Duration = Duration::from_secs(20);

async fn open(url: &str) -> Result<Connection, Error> {
    let limits = Limits { opening: Duration::from_millis(300), ..Limits::default() };
    timeout(SOON, Connection::open(url, None, limits)).await.unwrap()
}

/// Why the opening failed.
async fn refused(url: &str) -> Error {
    open(url).await.map(drop).unwrap_err()
}

#[tokio::test]
async fn nobody_and_somebody_else_are_no_server() {
    let nobody = format!("http://127.0.0.1:{}", free_port().unwrap());
    assert!(matches!(refused(&nobody).await, Error::Unreachable(_)));
    let website = with_socket(async |mut socket| {
        let _ = socket.read(&mut [0; 1000]).await;
        let _ = socket.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await;
    })
    .await;
    let why = refused(&website.url).await;
    assert!(matches!(why, Error::Unreachable(_)) && why.to_string().contains("404"), "{why}");
    assert!(matches!(refused("not an address").await, Error::Address(_)));
    assert!(matches!(refused("http://a b").await, Error::Unreachable(_)));
}

#[tokio::test]
async fn a_server_that_does_not_get_to_its_consent_is_given_up() {
    let mute = with_socket(async |_socket| std::future::pending().await).await;
    assert!(matches!(refused(&mute.url).await, Error::TooSlow(_)));
    let halfway = saying([OPEN]).await;
    assert!(matches!(refused(&halfway.url).await, Error::TooSlow(_)));
}

#[tokio::test]
async fn heart_beats_before_the_consent_are_borne() {
    let slow = saying([OPEN, "2", "6", r#"40{"sid":"y"}"#, r#"42["news"]"#]).await;
    let mut connection = open(&slow.url).await.unwrap();
    assert_eq!(connection.next().await.unwrap().name, "news");
}

#[tokio::test]
async fn a_wrong_word_before_the_consent_is_an_error() {
    for said in [vec!["2"], vec![""], vec![OPEN, OPEN], vec![OPEN, "42[\"early\"]"], vec![OPEN, "40x"], vec!["0{}"]] {
        let why = refused(&saying(said.clone()).await.url).await;
        assert!(matches!(why, Error::Protocol(_)), "{said:?}: {why}");
    }
    for said in [vec![OPEN, "1"], vec![OPEN, "41"]] {
        assert!(matches!(refused(&saying(said).await.url).await, Error::Disconnected));
    }
}

#[tokio::test]
async fn a_wrong_word_after_it_ends_the_connection_and_what_came_before_is_read() {
    for wrong in ["", "9", "42{}", "451-[\"b\"]", "42/else,[\"e\"]", OPEN, "40{}", "43[]"] {
        let server = saying([OPEN, "40{\"sid\":\"y\"}", "42[\"good\",1]", wrong]).await;
        let mut connection = open(&server.url).await.unwrap();
        let waits = connection.emit_with_ack("never", json!(0));
        assert_eq!(connection.next().await.unwrap().data, [json!(1)]);
        let why = timeout(SOON, connection.next()).await.unwrap().unwrap_err();
        assert!(matches!(why, Error::Protocol(_)), "{wrong:?}: {why}");
        assert!(matches!(waits.await, Err(Error::Protocol(_))));
    }
}

#[tokio::test]
async fn a_server_that_talks_but_has_no_heart_beat_is_silent() {
    let open_quickly = r#"0{"sid":"x","pingInterval":100,"pingTimeout":200}"#;
    let server = saying([open_quickly, "40{\"sid\":\"y\"}", "42[\"talk\"]"]).await;
    let mut connection = open(&server.url).await.unwrap();
    assert_eq!(connection.next().await.unwrap().name, "talk");
    let why = timeout(SOON, connection.next()).await.unwrap().unwrap_err();
    assert!(matches!(why, Error::Silent(silence) if silence == Duration::from_millis(300)), "{why}");
}

#[tokio::test]
async fn closing_does_not_wait_for_ever_for_a_server_that_hangs() {
    let stuck = with_socket(async |socket| {
        let mut socket = tokio_tungstenite::accept_async(socket).await.unwrap();
        for text in [OPEN, "40{}"] {
            futures_util::SinkExt::send(&mut socket, text.into()).await.unwrap();
        }
        // nothing is read any more, and nothing closed
        std::future::pending::<()>().await;
    })
    .await;
    let connection = open(&stuck.url).await.unwrap();
    for _ in 0..1000 {
        let _ = connection.emit("news", json!("x".repeat(900)));
        tokio::task::yield_now().await;
    }
    timeout(SOON, connection.close()).await.unwrap();
}
