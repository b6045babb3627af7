//! Who is here, and who hears what.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use engineioxide::socket::Sid;
use engineioxide::{DisconnectReason, Str};
use socketio_client::packet::Packet;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::{Instant, sleep, timeout};

use crate::account::{Account, Hears};
use crate::answer::{ERROR, Refusal};
use crate::backlog::{Behind, Bounds};
use crate::connection::{Role, Socket, SocketExt};
use crate::figures::{Figures, MESSAGES};

/// How long those whose buffer is full are waited for together: a client that reads empties hundreds of messages in that
/// time, and the others wait no longer than this for one that does not.
const GRACE: Duration = Duration::from_millis(100);

/// How often they are looked at meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// What to do for who was not told of everything.
const READ_ANEW: &str = "Connect anew, and read GET /api/v1/changes of the documents API";

/// All connections.
#[derive(Clone)]
pub struct Audience {
    seats: Arc<RwLock<Seats>>,
    bounds: Bounds,
}

type Connections = HashMap<Sid, Arc<Socket>>;

#[derive(Default)]
struct Seats {
    all: Connections,
    admins: Connections,
    users: HashMap<u64, Connections>,
}

impl Seats {
    fn of(&mut self, hears: Hears) -> &mut Connections {
        match hears {
            Hears::All => &mut self.admins,
            Hears::Of(user) => self.users.entry(user).or_default(),
        }
    }

    fn stand_up(&mut self, socket: &Socket) {
        let Some(account) = socket.data.state().account.take() else { return };
        self.remove(socket.id, account.hears);
    }

    fn remove(&mut self, id: Sid, hears: Hears) {
        self.of(hears).remove(&id);
        // so that the table grows with those who are here, not with all who ever were
        if let Hears::Of(user) = hears
            && self.users.get(&user).is_some_and(HashMap::is_empty)
        {
            self.users.remove(&user);
        }
    }
}

impl Audience {
    /// Nobody is here yet; who comes may be so far behind.
    pub fn new(bounds: Bounds) -> Self {
        Self { seats: Arc::default(), bounds }
    }

    /// A connection is here; it hears nothing yet.
    pub fn enter(&self, socket: &Arc<Socket>) {
        self.seats_mut().all.insert(socket.id, Arc::clone(socket));
    }

    /// A connection has gone.
    pub fn leave(&self, socket: &Socket) {
        let mut seats = self.seats_mut();
        seats.all.remove(&socket.id);
        seats.stand_up(socket);
    }

    /// It hears what this account does, and no more what it has heard before. False when it has gone meanwhile.
    pub fn listen(&self, socket: &Arc<Socket>, account: Arc<Account>) -> bool {
        let mut seats = self.seats_mut();
        if !seats.all.contains_key(&socket.id) || !socket.data.state().connected {
            return false;
        }
        seats.stand_up(socket);
        seats.of(account.hears).insert(socket.id, Arc::clone(socket));
        socket.data.state().account = Some(account);
        true
    }

    /// The same, or nothing any more, unless it listens with another account meanwhile. Whether it was still this one.
    pub fn change(&self, socket: &Arc<Socket>, from: &Arc<Account>, to: Option<Account>) -> bool {
        let mut seats = self.seats_mut();
        let same = socket.data.state().account.as_ref().is_some_and(|now| Arc::ptr_eq(now, from));
        if !same {
            return false;
        }
        seats.stand_up(socket);
        if let Some(to) = to {
            seats.of(to.hears).insert(socket.id, Arc::clone(socket));
            socket.data.state().account = Some(Arc::new(to));
        }
        true
    }

    /// It hears nothing any more.
    pub fn hush(&self, socket: &Socket) {
        self.seats_mut().stand_up(socket);
    }

    /// Send it away if it is too far behind.
    pub fn drop_if_behind(&self, socket: &Arc<Socket>, now: Instant, figures: &Figures) {
        if let Some(behind) = socket.behind(self.bounds, now) {
            self.drop_behind(socket, behind, figures);
        }
    }

    fn drop_behind(&self, socket: &Arc<Socket>, behind: Behind, figures: &Figures) {
        // it is told once, and then no more
        if socket.is_closed() || std::mem::replace(&mut socket.data.state().parting, true) {
            return;
        }
        tracing::info!(id = %socket.id, ?behind, "dropped: it reads too slowly");
        figures.dropped_slow(behind.as_str());
        let how_far = match behind {
            Behind::Bytes(bytes) => format!("{bytes} bytes wait for you"),
            Behind::Time(time) => format!("you are {} seconds behind", time.as_secs()),
        };
        self.part(socket, &Refusal::not_now(format!("You read too slowly: {how_far}. {READ_ANEW}"), Some(1)));
    }

    /// Send all who listen away: something has happened that they were not told of.
    pub fn part_all(&self, figures: &Figures) {
        for socket in self.everybody() {
            let listens = {
                let mut state = socket.data.state();
                state.account.is_some() && !std::mem::replace(&mut state.parting, true)
            };
            if listens {
                figures.missed.inc();
                self.part(&socket, &Refusal::not_now(format!("Changes were missed. {READ_ANEW}"), Some(1)));
            }
        }
    }

    /// Say why, and close: what waits before that may still be read for as long as anything may wait, and no longer.
    fn part(&self, socket: &Arc<Socket>, why: &Refusal) {
        self.hush(socket);
        socket.send(&Packet::Event { name: ERROR.to_owned(), data: vec![why.to_value()], id: None });
        socket.close(DisconnectReason::TransportClose);
        let (socket, patience) = (Arc::clone(socket), self.bounds.time);
        tokio::spawn(async move {
            if timeout(patience, socket.closed()).await.is_err() {
                socket.cut();
            }
        });
    }

    /// The connection of this id.
    pub fn find(&self, id: Sid) -> Option<Arc<Socket>> {
        self.seats().all.get(&id).cloned()
    }

    /// All connections.
    pub fn everybody(&self) -> Vec<Arc<Socket>> {
        self.seats().all.values().cloned().collect()
    }

    /// How many there are of each kind.
    pub fn count(&self) -> [(Role, usize); 4] {
        let mut counts = [Role::Stranger, Role::User, Role::Admin, Role::Api].map(|role| (role, 0));
        for socket in self.seats().all.values() {
            let state = socket.data.state();
            let role = match (&state.account, state.is_api) {
                (Some(account), _) if account.hears == Hears::All => Role::Admin,
                (Some(_), _) => Role::User,
                (None, true) => Role::Api,
                (None, false) => Role::Stranger,
            };
            counts[role as usize].1 += 1;
        }
        counts
    }

    /// Tell a packet to the owner's connections and to every admin's, and drop who does not read.
    ///
    /// The packet is made once; each connection holds no more than a pointer to it while it waits.
    pub async fn tell(&self, owner: Option<u64>, packet: String, figures: &Figures) {
        let (packet, now) = (Str::from(packet), Instant::now());
        let (mut heard, mut full, mut behind) = (0, Vec::new(), Vec::new());
        {
            let seats = self.seats();
            // an owner who is an admin sits with the admins alone
            let owner = owner.and_then(|owner| seats.users.get(&owner)).into_iter().flat_map(HashMap::values);
            for socket in seats.admins.values().chain(owner) {
                match socket.push(&packet, now) {
                    Ok(()) => heard += 1,
                    Err(TrySendError::Full(())) => full.push(Arc::clone(socket)),
                    // it has gone, and is about to leave
                    Err(TrySendError::Closed(())) => {}
                }
                if let Some(far) = socket.behind(self.bounds, now) {
                    behind.push((Arc::clone(socket), far));
                }
            }
        }
        figures.delivered(heard);
        for (socket, far) in behind {
            full.retain(|full| full.id != socket.id);
            self.drop_behind(&socket, far, figures);
        }
        if !full.is_empty() {
            wait_for(full, &packet, figures).await;
        }
    }

    fn seats(&self) -> RwLockReadGuard<'_, Seats> {
        self.seats.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn seats_mut(&self) -> RwLockWriteGuard<'_, Seats> {
        self.seats.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tell those whose buffers are full as soon as there is room, and drop those in whose there is none in time. It also
/// keeps whoever tells of a thousand changes at once from overrunning those who do read.
async fn wait_for(mut full: Vec<Arc<Socket>>, packet: &Str, figures: &Figures) {
    let end = Instant::now() + GRACE;
    while !full.is_empty() && Instant::now() < end {
        sleep(LOOK_EVERY).await;
        full.retain(|socket| match socket.push(packet, Instant::now()) {
            Ok(()) => {
                figures.delivered(1);
                false
            }
            Err(error) => matches!(error, TrySendError::Full(())),
        });
    }
    for socket in full {
        tracing::info!(id = %socket.id, "dropped: it reads too slowly");
        figures.dropped_slow(MESSAGES);
        socket.cut();
    }
}
