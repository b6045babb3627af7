//! What clients say, and what they are answered.

mod files;
mod logins;
mod token;

use std::sync::Arc;

use engineioxide::{DisconnectReason, ProtocolVersion};
use serde_json::{Value, json};
use socketio_client::Malformed;
use socketio_client::packet::Packet;
use tokio::time::Instant;

use self::logins::Wanted;
use self::token::Shown;
use crate::answer::{ERROR, Kind, Refusal};
use crate::change::FileEvent;
use crate::connection::{Socket, SocketExt};
use crate::hub::Hub;

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
        // no longer than it must be to be known again
        let name: String = name.chars().take(50).collect();
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
        return refuse(hub, socket, None, &Refusal::malformed(error));
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
            let mut state = socket.data.state();
            (state.connected, state.changes) = (false, None);
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
        state.is_api |= shown.is_some_and(|token| token.is_own_of(socket));
    }
    let sid = (socket.protocol == ProtocolVersion::V4).then(|| json!({"sid": socket.id.to_string()}));
    socket.send(&Packet::Connect(sid));
}

/// What is no packet, or none that is taken here.
fn not_taken(hub: &Hub, socket: &Socket, message: &str, wrong: Malformed) {
    let namespace = message.strip_prefix('0').and_then(|rest| rest.split([',', '?']).next());
    if let (Malformed::Namespace, Some(namespace)) = (wrong, namespace) {
        hub.figures.refused(Kind::Malformed);
        // as the official server says it
        let _ = socket.emit(format!("4{namespace},{}", json!({"message": "Invalid namespace"})));
        return;
    }
    let refusal = match wrong {
        Malformed::Namespace => Refusal::malformed("There is no namespace but /"),
        Malformed::Binary => Refusal::malformed("Binary data is not taken: send JSON"),
        other => Refusal::malformed(format!("This is no packet of Socket.IO: {other}")),
    };
    refuse(hub, socket, None, &refusal);
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
    hub.figures.refused(refusal.kind());
    let thrown_out = {
        let mut state = socket.data.state();
        // what is nobody's fault is not held against it; nor is the API, which would be deaf then
        state.refusals += u32::from(refusal.kind() != Kind::NotNow && !state.is_api);
        state.refusals >= hub.settings.max_refusals
    };
    let event = Packet::Event { name: ERROR.to_owned(), data: vec![refusal.to_value()], id: None };
    let heard = id.is_none_or(|id| socket.send(&Packet::Ack { id, data: vec![refusal.to_value()] }));
    if !(heard && socket.send(&event)) {
        // it asks without reading the answers
        hub.figures.dropped_slow.inc();
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
