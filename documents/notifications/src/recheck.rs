//! Whether those who listen still may: a login ends, a user is deleted, an admin is one no more.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::iter;
use secrecy::ExposeSecret;
use socketio_client::packet::Packet;

use crate::account::Account;
use crate::answer::{ERROR, Refusal};
use crate::connection::{Socket, SocketExt};
use crate::documents::Unknown;
use crate::hub::Hub;

/// Questions under way at once: fewer than the API is asked by those who come.
const AT_ONCE: usize = 4;

/// Those who listen with one token.
struct Listeners {
    account: Arc<Account>,
    sockets: Vec<Arc<Socket>>,
}

/// Ask once for each token, however many listen with it.
pub async fn all(hub: &Hub) {
    let mut tokens: HashMap<String, Listeners> = HashMap::new();
    for socket in hub.audience.everybody() {
        let account = socket.data.state().account.clone();
        if let Some(account) = account
            && let Some(token) = &account.token
        {
            let token = token.expose_secret().to_owned();
            let listeners = tokens.entry(token).or_insert_with(|| Listeners { account, sockets: Vec::new() });
            listeners.sockets.push(socket);
        }
    }
    iter(tokens.into_values()).for_each_concurrent(AT_ONCE, |listeners| one(hub, listeners)).await;
}

async fn one(hub: &Hub, Listeners { account, sockets }: Listeners) {
    let Some(token) = &account.token else { return };
    let person = hub.documents.whose(token).await;
    let hears = match person {
        // who is known stays known while the API cannot be asked
        Err(Unknown::NotNow(_)) => return,
        Err(Unknown::Nobody) => None,
        Ok(person) => person.hears(),
    };
    for socket in sockets {
        let now = socket.data.state().account.clone();
        // it may listen with another account by now
        let same =
            |now: &Arc<Account>| now.token.as_ref().is_some_and(|now| now.expose_secret() == token.expose_secret());
        let Some(now) = now.filter(same) else { continue };
        match hears {
            Some(hears) if now.hears == hears => {}
            Some(hears) => {
                tracing::info!(id = %socket.id, ?hears, "an account hears of something else now");
                hub.audience.change(&socket, &now, Some(Account { token: Some(token.clone()), hears }));
            }
            None if hub.audience.change(&socket, &now, None) => end(hub, &socket),
            None => {}
        }
    }
}

fn end(hub: &Hub, socket: &Socket) {
    hub.figures.ended.inc();
    let refusal = Refusal::not_allowed("Your login has ended: log in again, and send the new token");
    let told = Packet::Event { name: ERROR.to_owned(), data: vec![refusal.to_value()], id: None };
    if !socket.send(&told) {
        socket.cut();
    }
}
