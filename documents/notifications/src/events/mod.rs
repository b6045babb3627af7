//! What clients say, and what they are answered.

mod files;
mod logins;
mod order;
mod token;

use std::sync::Arc;

use engineioxide::{DisconnectReason, ProtocolVersion};
use serde_json::{Value, json};
use socketio_client::Malformed;
use socketio_client::packet::Packet;
use tokio::time::Instant;

use self::logins::Wanted;
pub use self::order::Held;
use self::token::Shown;
use crate::answer::{ERROR, Kind, Refusal};
use crate::change::FileEvent;
use crate::connection::{Socket, SocketExt};
use crate::figures::MESSAGES;
use crate::hub::Hub;

/// Letters of a name of the client's that are said back: no more than it must be to be known again.
const LONGEST_NAME: usize = 50;

/// Attachments of one event that are thrown away without a word.
const MOST_ATTACHMENTS: usize = 16;

const NO_BINARY: &str = "Binary data is not taken: send JSON";

/// An event that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Incoming {
    Login(Wanted),
    File(FileEvent),
}

impl Incoming {
    fn named(name: &str) -> Result<Self, Refusal> {
        if let Some(wanted) = Wanted::ALL.into_iter().find(|wanted| wanted.event() == name) {
            return Ok(Self::Login(wanted));
        }
        if let Some(event) = FileEvent::ALL.into_iter().find(|event| event.received() == name) {
            return Ok(Self::File(event));
        }
        let there_are: Vec<_> = Wanted::ALL.iter().map(|wanted| wanted.event()).collect();
        let there_are = there_are.into_iter().chain(FileEvent::ALL.iter().map(|event| event.received()));
        let there_are: Vec<_> = there_are.collect();
        let name: String = name.chars().take(LONGEST_NAME).collect();
        Err(Refusal::malformed(format!("There is no event {name}; there are {}", there_are.join(", "))))
    }
}

/// Take a message of a client.
pub fn take(hub: &Arc<Hub>, socket: &Arc<Socket>, message: &str) {
    let allowed = {
        let mut state = socket.data.state();
        state.is_api || state.allowance.take(hub.settings.events_per_second, Instant::now())
    };
    let most = hub.settings.max_message_bytes;
    if message.len() > most {
        let bytes = message.len();
        let error = format!("A message may have {most} bytes at most, and this one has {bytes}");
        return illegible(hub, socket, message, &Refusal::malformed(error));
    }
    let packet = match Packet::parse(message) {
        Ok(packet) => packet,
        Err(wrong) => return not_taken(hub, socket, message, wrong),
    };
    if !socket.data.state().connected && !matches!(packet, Packet::Connect(_)) {
        // as the official server does
        return socket.close(DisconnectReason::PacketParsingError);
    }
    if !allowed {
        // whatever it is: also what is cheap is not free
        let id = if let Packet::Event { id, .. } = packet { id } else { None };
        let most = hub.settings.events_per_second;
        let error = format!("Too many events: a client may send {most} in a second");
        return refuse(hub, socket, id, &Refusal::too_many(error));
    }
    match packet {
        Packet::Connect(auth) => connect(socket, auth.as_ref()),
        Packet::Disconnect => {
            hub.audience.hush(socket);
            // what it had to tell before is told
            let mut state = socket.data.state();
            (state.connected, state.is_api) = (false, false);
        }
        Packet::Event { name, data, id } => {
            let begun = match Incoming::named(&name) {
                Ok(Incoming::Login(wanted)) => logins::take(hub, socket, wanted, &data, id),
                Ok(Incoming::File(event)) => files::take(hub, socket, event, &data, message, id),
                Err(refusal) => Err(refusal),
            };
            if let Err(refusal) = begun {
                refuse(hub, socket, id, &refusal);
            }
        }
        // nothing is asked of clients
        Packet::Ack { .. } | Packet::ConnectError(_) => {}
    }
}

/// Let it into the namespace `/`.
fn connect(socket: &Socket, auth: Option<&Value>) {
    let shown = auth.and_then(|auth| Shown::of(auth).ok());
    {
        let mut state = socket.data.state();
        if std::mem::replace(&mut state.connected, true) {
            return;
        }
        let by_header = socket.data.visitor().is_some_and(|visitor| visitor.bearer_is_own());
        state.is_api = by_header || shown.is_some_and(|token| token.is_own_of(socket));
    }
    let sid = (socket.protocol == ProtocolVersion::V4).then(|| json!({"sid": socket.id.to_string()}));
    socket.send(&Packet::Connect(sid));
}

/// What is no packet, or none that is taken here.
fn not_taken(hub: &Hub, socket: &Socket, message: &str, wrong: Malformed) {
    let namespace = message.strip_prefix('0').and_then(|rest| rest.split([',', '?']).next());
    if let (Malformed::Namespace, Some(namespace)) = (wrong, namespace) {
        // as the official server says it
        let name: String = namespace.chars().take(LONGEST_NAME).filter(|letter| !letter.is_control()).collect();
        let thrown_out = counted(hub, socket, Kind::Malformed);
        let told = socket.push(&format!("4{name},{}", json!({"message": "Invalid namespace"})).into(), Instant::now());
        return end_of_refusal(hub, socket, told.is_ok(), thrown_out);
    }
    let refusal = match wrong {
        Malformed::Namespace => Refusal::malformed("There is no namespace but /"),
        Malformed::Binary => {
            // they come behind it, one message each, and are no mistakes of their own
            let attachments = message[1..].split_once('-').and_then(|(count, _)| count.parse().ok()).unwrap_or(0);
            socket.data.state().attachments = MOST_ATTACHMENTS.min(attachments);
            Refusal::malformed(NO_BINARY)
        }
        other => Refusal::malformed(format!("This is no packet of Socket.IO: {other}")),
    };
    illegible(hub, socket, message, &refusal);
}

/// Take data that is no text: what belongs to an event that was refused needs no second answer.
pub fn take_binary(hub: &Hub, socket: &Socket) {
    let expected = {
        let mut state = socket.data.state();
        let expected = state.attachments > 0;
        state.attachments = state.attachments.saturating_sub(1);
        expected
    };
    if !expected {
        refuse(hub, socket, None, &Refusal::malformed(NO_BINARY));
    }
}

/// Refuse what cannot be read. If it asks for an answer, it gets one; and it may have been a change.
fn illegible(hub: &Hub, socket: &Socket, message: &str, refusal: &Refusal) {
    {
        let mut state = socket.data.state();
        if state.is_api && message.starts_with(['2', '5']) {
            state.held.hold(None);
        }
    }
    refuse(hub, socket, answer_wanted(message), refusal);
}

/// The number under which an acknowledgement is wanted of an event that cannot be read.
fn answer_wanted(message: &str) -> Option<u64> {
    let rest = match message.as_bytes().first()? {
        b'2' => &message[1..],
        // behind the number of its attachments
        b'5' => message.split_once('-')?.1,
        _ => return None,
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest[..digits].parse().ok()
}

/// Answer that it was done.
fn grant(socket: &Socket, id: Option<u64>, answer: Value) {
    if let Some(id) = id
        && !socket.send(&Packet::Ack { id, data: vec![answer] })
    {
        socket.cut();
    }
}

/// Answer that it was not done, and why; and throw a client out who does not stop.
pub fn refuse(hub: &Hub, socket: &Socket, id: Option<u64>, refusal: &Refusal) {
    let thrown_out = counted(hub, socket, refusal.kind());
    let event = Packet::Event { name: ERROR.to_owned(), data: vec![refusal.to_value()], id: None };
    let heard = id.is_none_or(|id| socket.send(&Packet::Ack { id, data: vec![refusal.to_value()] }));
    let heard = heard && socket.send(&event);
    end_of_refusal(hub, socket, heard, thrown_out);
}

/// Count a refusal; whether it was one too many.
fn counted(hub: &Hub, socket: &Socket, kind: Kind) -> bool {
    hub.figures.refused(kind);
    let mut state = socket.data.state();
    // what is nobody's fault is not held against it; nor is the API, which would be deaf then
    state.refusals += u32::from(kind != Kind::NotNow && !state.is_api);
    state.refusals >= hub.settings.max_refusals
}

fn end_of_refusal(hub: &Hub, socket: &Socket, heard: bool, thrown_out: bool) {
    if !heard {
        // it asks without reading the answers
        hub.figures.dropped_slow(MESSAGES);
        return socket.cut();
    }
    if thrown_out {
        tracing::info!(id = %socket.id, "thrown out after too many refusals");
        hub.figures.thrown_out.inc();
        socket.close(DisconnectReason::TransportClose);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_that_is_wanted_is_read_where_the_event_is_not() {
        for (message, wanted) in [
            ("2[\"x\"", None),
            ("21[\"x\"", Some(1)),
            ("212", Some(12)),
            ("51-3[\"x\",{\"_placeholder\":true,\"num\":0}]", Some(3)),
            ("51-[\"x\"]", None),
            ("5", None),
            ("31[]", None),
            ("2/admin,1[\"x\"]", None),
            ("2é", None),
            ("", None),
        ] {
            assert_eq!(answer_wanted(message), wanted, "{message}");
        }
    }

    #[test]
    fn an_event_that_there_is_not_is_refused_with_those_that_there_are() {
        assert_eq!(Incoming::named("User_connect"), Ok(Incoming::Login(Wanted::User)));
        assert_eq!(Incoming::named("File_delete"), Ok(Incoming::File(FileEvent::Delete)));
        assert_eq!(
            Incoming::named("user_connect").unwrap_err().error,
            "There is no event user_connect; there are User_connect, Admin_connect, File_create, File_update, File_delete"
        );
        assert!(Incoming::named(&"x".repeat(1000)).unwrap_err().error.len() < 200);
    }
}
