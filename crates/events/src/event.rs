//! An event: something that has happened, as CloudEvents 1.0 writes it down.

use std::collections::BTreeMap;

use chassis::clock::Clock;
use chassis::ids::Ids;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::wire;

/// Something that has happened, in the words of [CloudEvents 1.0](https://github.com/cloudevents/spec), as one JSON
/// object ("structured mode").
///
/// Every event here has a subject and a time, which the specification leaves open: consumers see the events of one
/// subject in the order in which they were said, and the time tells how late they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) kind: String,
    pub(crate) subject: String,
    pub(crate) time: i64,
    pub(crate) extensions: BTreeMap<String, Value>,
    pub(crate) data: Value,
}

impl Event {
    /// Something that happens now, with a new id.
    ///
    /// - `source`: who says it, a path such as `/polystatus/incidents`;
    /// - `kind`: what has happened, dotted words in lower case such as `polystatus.incident.opened`: consumers choose
    ///   by it;
    /// - `subject`: to what, such as an incident's number.
    ///
    /// Make it before the write and not in it: a write's closure may run twice, and the id is random.
    ///
    /// # Panics
    /// When a name is not as [`Event::parse`] wants it, or `data` cannot be JSON: a mistake in the program.
    pub fn new(
        ids: &dyn Ids,
        clock: &dyn Clock,
        source: &str,
        kind: &str,
        subject: impl Into<String>,
        data: &impl Serialize,
    ) -> Self {
        let id = format!("{:016x}{:016x}", ids.next(), ids.next());
        Self::recorded(id, clock.unix_seconds(), source, kind, subject, data)
    }

    /// Something that happened at `time` (Unix seconds), and that has an `id` of its own since it stands in a log: read
    /// again, it is the same event.
    ///
    /// # Panics
    /// As [`Event::new`].
    pub fn recorded(
        id: String,
        time: i64,
        source: &str,
        kind: &str,
        subject: impl Into<String>,
        data: &impl Serialize,
    ) -> Self {
        let data = serde_json::to_value(data).expect("the data of an event are plain");
        let (source, kind, extensions) = (source.to_owned(), kind.to_owned(), BTreeMap::new());
        let event = Self { id, source, kind, subject: subject.into(), time, extensions, data };
        if let Err(error) = wire::check(&event) {
            panic!("an event that nobody could read, of the kind `{kind}`: {error}", kind = event.kind);
        }
        event
    }

    /// Read an event.
    ///
    /// # Errors
    /// When it is no CloudEvent in JSON, or not one that we could send on as it is. It stays unread by everybody: a
    /// consumer puts it among the dead letters.
    pub fn parse(json: &[u8]) -> Result<Self, Malformed> {
        wire::parse(json)
    }

    /// The event as JSON, as [`Draft::emit`](store::Draft::emit) takes it.
    pub fn to_json(&self) -> String {
        wire::write(self)
    }

    /// Tells this event from all others of its source.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who says it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What has happened; `type` in JSON.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// To what.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// When, in Unix seconds.
    pub fn time(&self) -> i64 {
        self.time
    }

    /// What a consumer needs to know of it.
    ///
    /// # Errors
    /// When the data are of another shape. No further try would help.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, Malformed> {
        T::deserialize(&self.data).map_err(Malformed::Data)
    }

    /// Attributes beyond those of the specification, by name.
    pub fn extensions(&self) -> &BTreeMap<String, Value> {
        &self.extensions
    }
}

/// Why bytes are no event that we take.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// Larger than [`LARGEST`](crate::LARGEST).
    #[error("it is larger than {} bytes", wire::LARGEST)]
    TooLarge,
    /// Not JSON, or not with the attributes that an event has.
    #[error("it is no event in JSON: {0}")]
    Json(serde_json::Error),
    /// An attribute is there, and wrong.
    #[error("its attribute `{0}` {1}")]
    Attribute(String, &'static str),
    /// The data are not what the kind promises.
    #[error("its data are of another shape: {0}")]
    Data(serde_json::Error),
}
