//! Engine.IO 4: a kind in one character, then the payload. Over a websocket each message is one packet.

use std::time::Duration;

use serde::Deserialize;

use crate::error::Malformed;

/// A packet of the lower layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine<'a> {
    /// `0`: the first one that a server sends.
    Open(Open),
    /// `1`: the connection ends.
    Close,
    /// `2`: the server's heart-beat.
    Ping(&'a str),
    /// `3`: its answer.
    Pong(&'a str),
    /// `4`: a packet of the upper layer.
    Message(&'a str),
    /// `5` and `6`: of a change of transport, which says nothing to us.
    Nothing,
}

/// What the server says of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Open {
    /// Milliseconds between two heart-beats.
    ping_interval: u64,
    /// Milliseconds that one may be late.
    ping_timeout: u64,
    /// Bytes that a message of ours may have.
    #[serde(default)]
    max_payload: Option<usize>,
}

impl Open {
    /// How long the server may be silent.
    pub fn silence(&self) -> Duration {
        Duration::from_millis(self.ping_interval.saturating_add(self.ping_timeout))
    }

    /// Bytes that a message of ours may have; servers before Socket.IO 4.1 do not say.
    pub fn max_payload(&self) -> Option<usize> {
        self.max_payload
    }
}

impl<'a> Engine<'a> {
    /// Read one.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        let kind = text.chars().next().ok_or(Malformed::Empty)?;
        let rest = &text[kind.len_utf8()..];
        match kind {
            '0' => serde_json::from_str(rest).map(Self::Open).map_err(|_| Malformed::Payload),
            '1' => Ok(Self::Close),
            '2' => Ok(Self::Ping(rest)),
            '3' => Ok(Self::Pong(rest)),
            '4' => Ok(Self::Message(rest)),
            '5' | '6' => Ok(Self::Nothing),
            _ => Err(Malformed::Kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_open_packet_of_the_official_server_is_read() {
        let text = r#"0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
        let Ok(Engine::Open(open)) = Engine::parse(text) else { panic!("{text}") };
        assert_eq!((open.silence(), open.max_payload()), (Duration::from_secs(45), Some(1_000_000)));
    }

    #[test]
    fn what_is_no_packet_is_an_error() {
        for (text, wrong) in [
            ("", Malformed::Empty),
            ("7", Malformed::Kind),
            ("é", Malformed::Kind),
            ("0", Malformed::Payload),
            (r#"0{"pingInterval":-1,"pingTimeout":1}"#, Malformed::Payload),
        ] {
            assert_eq!(Engine::parse(text), Err(wrong), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[0-9]?\\PC*") {
            let _ = Engine::parse(&text);
        }
    }
}
