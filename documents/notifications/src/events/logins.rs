//! `User_connect` and `Admin_connect`: who listens.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::token::Shown;
use super::{grant, refuse};
use crate::account::{Account, Hears};
use crate::answer::{Kind, Refusal};
use crate::connection::Socket;
use crate::documents::Unknown;
use crate::hub::Hub;

/// How much longer the answer to each wrong token takes than that to the one before, and how long it takes at most.
const SLOWER: Duration = Duration::from_millis(100);
const SLOWEST: Duration = Duration::from_secs(2);

/// Logins of one connection that may wait to be checked.
const WAITING: usize = 4;

/// As what somebody wants to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// As whoever the token belongs to.
    User,
    /// As an admin.
    Admin,
}

impl Wanted {
    /// Both.
    pub const ALL: [Self; 2] = [Self::User, Self::Admin];

    /// Its event.
    pub const fn event(self) -> &'static str {
        match self {
            Self::User => "User_connect",
            Self::Admin => "Admin_connect",
        }
    }
}

/// Begin to find out who it is; the answer comes later.
pub fn take(
    hub: &Arc<Hub>,
    socket: &Arc<Socket>,
    wanted: Wanted,
    data: &[Value],
    id: Option<u64>,
) -> Result<(), Refusal> {
    let shown = match data {
        [payload] => Shown::of(payload).ok(),
        _ => None,
    };
    let shown = shown.ok_or_else(|| {
        Refusal::malformed(format!("{} needs a token: a text, or {{\"token\": \"…\"}}", wanted.event()))
    })?;
    {
        let mut state = socket.data.state();
        if state.logins >= WAITING {
            return Err(Refusal::too_many(format!(
                "{WAITING} logins of this connection wait to be checked: try again"
            )));
        }
        state.logins += 1;
    }
    let (hub, socket) = (Arc::clone(hub), Arc::clone(socket));
    tokio::spawn(async move {
        // one after the other: of two accounts the one that was named last is listened with
        let _turn = socket.data.turn.lock().await;
        match listen(&hub, &socket, wanted, shown).await {
            Ok(answer) => grant(&socket, id, answer),
            Err(refusal) => {
                if refusal.kind() == Kind::NotAllowed {
                    let refusals = socket.data.state().refusals;
                    sleep((SLOWER * refusals).min(SLOWEST)).await;
                }
                refuse(&hub, &socket, id, &refusal);
            }
        }
        socket.data.state().logins -= 1;
    });
    Ok(())
}

async fn listen(hub: &Hub, socket: &Arc<Socket>, wanted: Wanted, shown: Shown) -> Result<Value, Refusal> {
    // before it is said that somebody listens
    hub.teller.hears()?;
    if wanted == Wanted::Admin && shown.is_own_of(socket) {
        hub.audience.listen(socket, Arc::new(Account { token: None, hears: Hears::All }));
        return Ok(json!({"ok": true, "user_id": null, "login": null, "admin": true}));
    }
    // given back before anybody who guesses is made to wait: its neighbours need not
    let place = socket.data.visitor().map(|visitor| hub.logins.take(visitor.origin));
    let _place = place.transpose().map_err(|_| Refusal::too_many("Too many logins are being checked: try again"))?;
    let person = hub.documents.whose(&shown.0).await.map_err(|unknown| match unknown {
        Unknown::Nobody => Refusal::not_allowed("The token is not valid: log in again"),
        Unknown::NotNow(after) => {
            let after = after.map(|after| after.as_secs() + u64::from(after.subsec_nanos() > 0));
            Refusal::not_now("The documents API cannot be asked whose token this is: try again", after)
        }
    })?;
    if wanted == Wanted::Admin && !person.admin {
        return Err(Refusal::not_allowed("This is no admin's token: send User_connect to hear of your own files"));
    }
    let hears = person.hears().ok_or_else(|| Refusal::not_allowed("The token is not valid: log in again"))?;
    hub.audience.listen(socket, Arc::new(Account { token: Some(shown.0), hears }));
    Ok(json!({"ok": true, "user_id": person.user_id, "login": person.login, "admin": person.admin}))
}
