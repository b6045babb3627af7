//! Socket.IO protocol 5: a kind in one character, the number of attachments, the namespace, the number of an
//! acknowledgement, JSON; all but the kind may be missing.

use serde::Deserialize;
use serde_json::Value;

use crate::error::Malformed;

/// A packet of the upper layer, in the namespace `/`.
#[derive(Debug, Clone, PartialEq)]
pub enum Packet {
    /// `0`: we ask to be let in, with who we are; the server answers with the same kind.
    Connect(Option<Value>),
    /// `1`: one side leaves.
    Disconnect,
    /// `2`: something has happened.
    Event {
        /// What.
        name: String,
        /// What is said of it.
        data: Vec<Value>,
        /// The number under which the sender wants an acknowledgement.
        id: Option<u64>,
    },
    /// `3`: the acknowledgement of that number.
    Ack {
        /// The number.
        id: u64,
        /// What is answered.
        data: Vec<Value>,
    },
    /// `4`: the server does not let us in.
    ConnectError(Refusal),
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refusal {
    /// In words.
    pub message: String,
    /// In whatever shape the server likes.
    #[serde(default)]
    pub data: Option<Value>,
}

impl Packet {
    /// Read one.
    ///
    /// # Errors
    /// When it is none, or one that this client does not take.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let kind = text.chars().next().ok_or(Malformed::Empty)?;
        if !('0'..='6').contains(&kind) {
            return Err(Malformed::Kind);
        }
        if matches!(kind, '5' | '6') {
            return Err(Malformed::Binary);
        }
        let rest = in_main_namespace(&text[1..])?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, json) = rest.split_at(digits);
        let id = if number.is_empty() { None } else { Some(number.parse().map_err(|_| Malformed::Acknowledgement)?) };
        if id.is_some() && !matches!(kind, '2' | '3') {
            return Err(Malformed::Acknowledgement);
        }
        match kind {
            '0' if json.is_empty() => Ok(Self::Connect(None)),
            '0' => read(json).map(Some).map(Self::Connect),
            '1' if json.is_empty() => Ok(Self::Disconnect),
            '2' => event(read(json)?, id),
            '3' => Ok(Self::Ack { id: id.ok_or(Malformed::Acknowledgement)?, data: read(json)? }),
            '4' => read(json).map(Self::ConnectError),
            _ => Err(Malformed::Payload),
        }
    }

    /// As it goes over the wire, the character of the lower layer before it.
    pub fn encode(&self) -> String {
        let number = |id: &Option<u64>| id.map(|id| id.to_string()).unwrap_or_default();
        match self {
            Self::Connect(None) => "40".to_owned(),
            Self::Connect(Some(auth)) => format!("40{auth}"),
            Self::Disconnect => "41".to_owned(),
            Self::Event { name, data, id } => {
                let all: Vec<_> = std::iter::once(Value::from(name.as_str())).chain(data.iter().cloned()).collect();
                format!("42{}{}", number(id), Value::Array(all))
            }
            Self::Ack { id, data } => format!("43{id}{}", Value::Array(data.clone())),
            Self::ConnectError(Refusal { message, data }) => {
                let data = data.as_ref().map(|data| format!(r#","data":{data}"#)).unwrap_or_default();
                format!(r#"44{{"message":{}{data}}}"#, Value::from(message.as_str()))
            }
        }
    }
}

/// What stands behind the namespace. The main one has no name, or `/,` with a query that says nothing.
fn in_main_namespace(text: &str) -> Result<&str, Malformed> {
    if !text.starts_with('/') {
        return Ok(text);
    }
    let (namespace, rest) = text.split_once(',').ok_or(Malformed::Namespace)?;
    let name = namespace.split('?').next();
    if name == Some("/") { Ok(rest) } else { Err(Malformed::Namespace) }
}

fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Malformed> {
    // the depth of what is nested is bounded by serde_json
    serde_json::from_str(json).map_err(|_| Malformed::Payload)
}

fn event(mut all: Vec<Value>, id: Option<u64>) -> Result<Packet, Malformed> {
    if !all.first().is_some_and(Value::is_string) {
        return Err(Malformed::Payload);
    }
    match all.remove(0) {
        Value::String(name) => Ok(Packet::Event { name, data: all, id }),
        _ => Err(Malformed::Payload),
    }
}

#[cfg(test)]
mod tests;
