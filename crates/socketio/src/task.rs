//! What goes on as long as a connection stands: heart-beats, and messages in both directions.

use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::{self, Message};

use crate::acknowledgements::Acknowledgements;
use crate::connection::Event;
use crate::engine::Engine;
use crate::error::{Error, Malformed};
use crate::opening::{Socket, text_of};
use crate::packet::Packet;

/// What a handle asks for.
#[derive(Debug)]
pub(crate) enum Command {
    /// Send this.
    Send(String),
    /// Leave, once all before it is sent.
    Close,
}

/// Both ends of a connection, from within.
pub(crate) struct Task {
    pub(crate) commands: Receiver<Command>,
    pub(crate) events: Sender<Event>,
    pub(crate) unread: usize,
    pub(crate) acknowledgements: Acknowledgements,
    pub(crate) silence: Duration,
}

impl Task {
    /// Go on until the connection ends, and say why to all who wait.
    pub(crate) async fn run(self, socket: Socket) {
        let (sink, stream) = socket.split();
        // without a bound: there is at most one heart-beat for each that the server has sent
        let (pongs, waiting) = unbounded_channel();
        let mut reader = Reader { stream, pongs, task: &self.events, unread: self.unread, all: &self.acknowledgements };
        // reading and writing do not wait for one another: a server that stops reading is still seen to be silent
        // what has arrived is read first, also when a write has failed meanwhile
        let error = tokio::select! {
            biased;
            error = reader.run(self.silence) => error,
            left = write(sink, self.commands, waiting) => match left {
                // what the server still sends is read to its end: an end with unread bytes is a reset, and a reset makes
                // it forget what we sent last
                Ok(()) => {
                    reader.run(self.silence).await;
                    Error::Closed
                }
                Err(error) => error,
            },
        };
        self.acknowledgements.end(error);
    }
}

struct Reader<'a> {
    stream: SplitStream<Socket>,
    pongs: UnboundedSender<String>,
    task: &'a Sender<Event>,
    unread: usize,
    all: &'a Acknowledgements,
}

impl Reader<'_> {
    async fn run(&mut self, silence: Duration) -> Error {
        let mut deadline = Instant::now() + silence;
        loop {
            let Ok(read) = timeout_at(deadline, self.stream.next()).await else { return Error::Silent(silence) };
            match text_of(read).and_then(|text| text.map_or(Ok(false), |text| self.take(&text))) {
                Ok(true) => deadline = Instant::now() + silence,
                Ok(false) => {}
                Err(error) => return error,
            }
        }
    }

    /// Whether it was a heart-beat: other messages do not count as one (Engine.IO, "Heartbeat").
    fn take(&self, text: &str) -> Result<bool, Error> {
        match Engine::parse(text)? {
            Engine::Ping(payload) => {
                // the writer ends with us
                let _ = self.pongs.send(format!("3{payload}"));
                return Ok(true);
            }
            Engine::Close => return Err(Error::Disconnected),
            Engine::Open(_) => return Err(Malformed::OutOfTurn.into()),
            Engine::Pong(_) | Engine::Nothing => {}
            Engine::Message(packet) => match Packet::parse(packet)? {
                Packet::Event { name, data, id } => self.pass_on(Event { name, data, reply: id })?,
                Packet::Ack { id, data } => self.all.answer(id, data),
                Packet::Disconnect => return Err(Error::Disconnected),
                Packet::Connect(_) | Packet::ConnectError(_) => return Err(Malformed::OutOfTurn.into()),
            },
        }
        Ok(false)
    }

    fn pass_on(&self, event: Event) -> Result<(), Error> {
        self.task.try_send(event).map_err(|error| match error {
            TrySendError::Full(_) => Error::Unread(self.unread),
            TrySendError::Closed(_) => Error::Closed,
        })
    }
}

/// Send what is asked for, until the last of it was to leave.
async fn write(
    mut sink: SplitSink<Socket, Message>,
    mut commands: Receiver<Command>,
    mut pongs: UnboundedReceiver<String>,
) -> Result<(), Error> {
    loop {
        let next = tokio::select! {
            biased;
            Some(pong) = pongs.recv() => Some(Command::Send(pong)),
            command = commands.recv() => command,
        };
        let leaves = match next {
            Some(Command::Send(text)) => feed(&mut sink, &mut commands, text).await.map_err(Error::lost)?,
            Some(Command::Close) | None => true,
        };
        if leaves {
            return leave(&mut sink).await.map_err(Error::lost);
        }
    }
}

/// Send it, and all that waits already, in one trip to the network. Whether the last was to leave.
async fn feed(
    sink: &mut SplitSink<Socket, Message>,
    commands: &mut Receiver<Command>,
    mut text: String,
) -> Result<bool, tungstenite::Error> {
    let closes = loop {
        sink.feed(Message::text(text)).await?;
        match commands.recv().now_or_never() {
            Some(Some(Command::Send(next))) => text = next,
            Some(_) => break true,
            None => break false,
        }
    };
    sink.flush().await?;
    Ok(closes)
}

async fn leave(sink: &mut SplitSink<Socket, Message>) -> Result<(), tungstenite::Error> {
    sink.send(Message::text(Packet::Disconnect.encode())).await?;
    sink.close().await
}
