//! `File_create`, `File_update` and `File_delete`: what the documents API tells.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, channel};

use super::order::Held;
use super::token::Shown;
use super::{grant, refuse};
use crate::answer::Refusal;
use crate::change::{Change, FileEvent};
use crate::connection::{Received, Socket};
use crate::hub::Hub;
use crate::telling::{Outcome, Pace};

/// Changes of one connection that may wait; the API keeps the others, and has some hundred under way.
const WAITING: usize = 2048;

/// Put it behind those that came before it; the answer comes once it is told.
pub fn take(
    hub: &Arc<Hub>,
    socket: &Arc<Socket>,
    event: FileEvent,
    data: &[Value],
    message: &str,
    id: Option<u64>,
) -> Result<(), Refusal> {
    if !socket.data.state().is_api && !shows_own_token(socket, data) {
        return Err(Refusal::not_allowed(format!(
            "{} is for the documents API: show the token of the notifications when you connect, as auth.token or as a \
             bearer token, or in the payload",
            event.received()
        )));
    }
    // the name of the event and its payload, as they stand in the packet
    let arguments = message.find('[').map_or("", |start| &message[start..]);
    let change = Change::of_arguments(event, arguments);
    let mut state = socket.data.state();
    let change = change.inspect_err(|_| state.held.hold(Change::number_in(arguments)))?;
    state.held.pass(&change.number())?;
    let changes = state.changes.get_or_insert_with(|| {
        let (changes, waiting) = channel(WAITING);
        tokio::spawn(tell_in_order(Arc::clone(hub), Arc::clone(socket), waiting));
        changes
    });
    let sent = changes.try_send(Received { event, change, id });
    sent.map_err(|error| match error {
        TrySendError::Full(received) => {
            state.held.hold_change(&received.change);
            Refusal::not_now("Too many changes wait to be told: send it again", Some(1))
        }
        TrySendError::Closed(_) => Refusal::not_now("The notifications are stopping: send it again", Some(1)),
    })
}

/// A token in the payload itself, beside the change.
fn shows_own_token(socket: &Socket, data: &[Value]) -> bool {
    let payload = match data {
        [Value::String(text)] => serde_json::from_str(text).unwrap_or_default(),
        [payload] => payload.clone(),
        _ => Value::Null,
    };
    payload.get("token").is_some_and(|token| Shown::of(token).is_ok_and(|token| token.is_own_of(socket)))
}

/// Tell the changes of one connection, in the order in which they came, until it has gone and all are told.
async fn tell_in_order(hub: Arc<Hub>, socket: Arc<Socket>, mut waiting: Receiver<Received>) {
    // beside that of the connection: what waits here came before whatever was refused at the door
    let mut held = Held::default();
    let mut pace = Pace::default();
    while let Some(Received { event, change, id }) = waiting.recv().await {
        let told = match held.pass(&change.number()) {
            Ok(()) => hub.teller.tell(event, &change).await,
            Err(refusal) => Err(refusal),
        };
        match told {
            Ok(Outcome::Told) => grant(&socket, id, json!({"ok": true, "seq": change.seq})),
            Ok(Outcome::Repeated) => grant(&socket, id, json!({"ok": true, "seq": change.seq, "repeated": true})),
            Err(refusal) => {
                held.hold_change(&change);
                refuse(&hub, &socket, id, &refusal);
            }
        }
        pace.told(!waiting.is_empty()).await;
    }
}
