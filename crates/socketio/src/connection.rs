//! A connection, from without.

use serde_json::Value;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::acknowledgements::Acknowledgements;
use crate::error::Error;
use crate::limits::{LONGEST_SILENCE, Limits};
use crate::opening;
use crate::packet::Packet;
use crate::task::{Command, Task};

/// One connection to one server. It ends when this is dropped.
///
/// Whoever does not care for events still calls [`next`](Self::next): it says when, and why, the connection has ended,
/// and events that nobody reads end it.
#[derive(Debug)]
pub struct Connection {
    commands: Sender<Command>,
    events: Receiver<Event>,
    acknowledgements: Acknowledgements,
    limits: Limits,
    max_payload: Option<usize>,
    task: JoinHandle<()>,
}

/// Something that the server tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What has happened.
    pub name: String,
    /// What is said of it.
    pub data: Vec<Value>,
    /// The number under which the server wants an answer, see [`Connection::answer`].
    pub(crate) reply: Option<u64>,
}

impl Event {
    /// Whether the server waits for an answer.
    pub fn wants_answer(&self) -> bool {
        self.reply.is_some()
    }
}

impl Connection {
    /// Connect to `url`, as in `http://127.0.0.1:7001`, and show `auth`, which the server reads in its handshake.
    ///
    /// # Errors
    /// When that fails, is refused, or takes longer than `limits` allow. Nothing is tried twice.
    pub async fn open(url: &str, auth: Option<Value>, limits: Limits) -> Result<Self, Error> {
        let (socket, open) = opening::open(url, auth, &limits).await?;
        let (commands, received) = channel(limits.unsent.max(1));
        let (passed_on, events) = channel(limits.unread.max(1));
        let acknowledgements = Acknowledgements::default();
        let task = Task {
            commands: received,
            events: passed_on,
            unread: limits.unread,
            acknowledgements: acknowledgements.clone(),
            silence: open.silence().min(LONGEST_SILENCE),
        };
        let task = tokio::spawn(task.run(socket));
        Ok(Self { commands, events, acknowledgements, limits, max_payload: open.max_payload(), task })
    }

    /// The next event. What was asked for may be given up without losing one (in a `select!`).
    ///
    /// # Errors
    /// When the connection has ended, once all that came before is read: the error says why.
    pub async fn next(&mut self) -> Result<Event, Error> {
        self.events.recv().await.ok_or_else(|| self.acknowledgements.ended())
    }

    /// Send an event, without asking whether it arrives. Messages go in the order of the calls.
    ///
    /// # Errors
    /// When the connection has ended, too much waits to be sent, or this is too large.
    pub fn emit(&self, event: &str, data: Value) -> Result<(), Error> {
        self.acknowledgements.check()?;
        self.send(&Packet::Event { name: event.to_owned(), data: vec![data], id: None })
    }

    /// Send an event, and wait for its acknowledgement. It is sent by this call, in the order of the calls; what is
    /// returned waits alone, so hundreds can be under way. How long to wait is for the caller to say.
    ///
    /// The acknowledgement is the server's value: `null` for none, a list for several.
    ///
    /// # Errors
    /// As [`emit`](Self::emit), or when the connection ends before: then it is unknown whether the event has arrived.
    pub fn emit_with_ack(&self, event: &str, data: Value) -> impl Future<Output = Result<Value, Error>> + Send + use<> {
        let sent = self.acknowledgements.expect().and_then(|expected| {
            self.send(&Packet::Event { name: event.to_owned(), data: vec![data], id: Some(expected.id) })?;
            Ok(expected)
        });
        async move { sent?.answered().await }
    }

    /// Answer an event that the server wants answered; others need none, and none is sent.
    ///
    /// # Errors
    /// As [`emit`](Self::emit).
    pub fn answer(&self, event: &Event, data: Value) -> Result<(), Error> {
        self.acknowledgements.check()?;
        event.reply.map_or(Ok(()), |id| self.send(&Packet::Ack { id, data: vec![data] }))
    }

    /// Send what waits, tell the server that we leave, and end. A server that does not take it in time is left anyway.
    pub async fn close(mut self) {
        let closing = async {
            // it may have ended already
            let _ = self.commands.send(Command::Close).await;
            let _ = (&mut self.task).await;
        };
        let _ = timeout(self.limits.opening, closing).await;
    }

    fn send(&self, packet: &Packet) -> Result<(), Error> {
        let text = packet.encode();
        if let Some(limit) = self.max_payload.filter(|limit| text.len() > *limit) {
            return Err(Error::TooLarge { bytes: text.len(), limit });
        }
        self.commands.try_send(Command::Send(text)).map_err(|error| match error {
            TrySendError::Full(_) => Error::Unsent(self.limits.unsent),
            TrySendError::Closed(_) => self.acknowledgements.ended(),
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
        // its task can no longer say so to those who wait
        self.acknowledgements.end(Error::Closed);
    }
}
