//! A client that polls, word by word: for what the clients of others do not let us say.

use std::collections::VecDeque;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use testbed::answer::Answer;
use testbed::client::{Client, send};

use crate::app::App;

/// A connection that polls.
pub struct Polling {
    client: Client,
    path: String,
    version: u8,
    packets: VecDeque<String>,
}

impl Polling {
    /// Open a connection of this version of Engine.IO, and enter the namespace `/`.
    pub async fn open(app: &App, version: u8, bearer: Option<&str>) -> Self {
        let stranger = app.stranger();
        let client = bearer.map_or_else(|| stranger.clone(), |token| stranger.as_(token));
        let path = format!("/socket.io/?EIO={version}&transport=polling");
        let mut polling = Self { client, path, version, packets: VecDeque::new() };
        let open = polling.next().await;
        let open: Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
        polling.path = format!("{}&sid={}", polling.path, open["sid"].as_str().unwrap());
        if version == 4 {
            polling.say("40").await.assert_status(200);
        }
        assert!(polling.next().await.starts_with("40"));
        polling
    }

    /// Where its requests go.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn request(&self, method: Method) -> RequestBuilder {
        self.client.request(method, &self.path)
    }

    /// All packets that wait, heart-beats too.
    pub async fn waiting(&self) -> VecDeque<String> {
        by_separator(&send(self.request(Method::GET)).await.expect(200).body)
    }

    /// Send a packet.
    pub async fn say(&self, packet: &str) -> Answer {
        // before version 4 each packet has its length before it, in characters
        let length = if self.version == 3 { format!("{}:", packet.chars().count()) } else { String::new() };
        send(self.request(Method::POST).header("content-type", "text/plain").body(format!("{length}{packet}"))).await
    }

    /// The next packet that is no heart-beat.
    pub async fn next(&mut self) -> String {
        loop {
            match self.packets.pop_front().as_deref() {
                Some("2") => self.say("3").await.assert_status(200),
                // of a change of transport
                Some("6") => {}
                Some(packet) => return packet.to_owned(),
                None => {
                    let body = send(self.request(Method::GET)).await.expect(200).body;
                    self.packets = if self.version == 3 { by_length(&body) } else { by_separator(&body) };
                }
            }
        }
    }

    /// Send an event, and wait for its acknowledgement.
    pub async fn ask(&mut self, event: &str, payload: &Value) -> Value {
        self.say(&format!("427{}", json!([event, payload]))).await.assert_status(200);
        let answer = self.next().await;
        let answer: Vec<Value> = serde_json::from_str(answer.strip_prefix("437").unwrap()).unwrap();
        answer.into_iter().next().unwrap()
    }
}

fn by_separator(body: &str) -> VecDeque<String> {
    body.split('\u{1e}').map(str::to_owned).collect()
}

fn by_length(mut body: &str) -> VecDeque<String> {
    let mut packets = VecDeque::new();
    while let Some((length, rest)) = body.split_once(':') {
        let end = rest.char_indices().nth(length.parse().unwrap()).map_or(rest.len(), |(at, _)| at);
        packets.push_back(rest[..end].to_owned());
        body = &rest[end..];
    }
    packets
}
