//! What several instances share, through Redis: which changes were told, and a stream of them that each instance reads.
//!
//! A stream and not publish and subscribe: who has lost the connection reads on from where it stopped, and misses
//! nothing. That a change was told and its place in the stream are written in one step, so there is neither without the
//! other.
//!
//! The entries are counted, each holds its number. So an instance knows when it has missed one, however it was lost: the
//! stream keeps only so many, and a Redis that comes back may have forgotten some, or all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chassis::service::StartError;
use chassis::tasks::Tasks;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, Script, cmd};
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::{Outcome, Pace};
use crate::audience::Audience;
use crate::change::{Change, FileEvent};
use crate::figures::Figures;
use crate::settings::{Namespace, RedisUrl};

/// The stream of the changes that were told, and how many it ever had.
const STREAM: &str = "told";
const COUNT: &str = "count";

/// Seconds for which a change is known to have been told: the API sends again what was not acknowledged within moments.
const REMEMBERED: u64 = 86_400;

/// Changes that the stream keeps, about: what an instance can catch up with.
const KEPT: u64 = 10_000;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(1);

/// How long an answer may take. Longer, and whoever waits is told to come back.
const ANSWER: Duration = Duration::from_secs(3);

/// How long one read of the stream waits for something new: after that it is known that Redis is still there.
const LISTEN: Duration = Duration::from_secs(1);

/// How long after a failure it is tried again.
const PAUSE: Duration = Duration::from_millis(200);

/// Entries that one read brings at most.
const AT_ONCE: usize = 100;

/// Tell a change and keep it in mind; 0 when it was known. In this order: if Redis stops between the two, it is told again.
const TELL: &str = "
    if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
    local number = redis.call('INCR', KEYS[3])
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'number', number, 'owner', ARGV[3], 'packet', ARGV[4])
    redis.call('SET', KEYS[1], 1, 'EX', ARGV[1])
    return 1";

/// The way to the other instances.
pub struct Shared {
    client: Client,
    /// Made anew after a failure.
    connection: Mutex<Option<MultiplexedConnection>>,
    script: Script,
    namespace: Namespace,
    hearing: Arc<Hearing>,
    _tasks: Tasks,
}

/// What is known of what the others tell.
#[derive(Debug, Default)]
struct Hearing {
    /// It is heard now.
    now: AtomicBool,
    /// There is a place in the stream from which on everything is told here.
    begun: AtomicBool,
}

impl Shared {
    /// Follow the stream from now on.
    pub fn start(
        url: &RedisUrl,
        namespace: &Namespace,
        audience: Audience,
        figures: Figures,
    ) -> Result<Self, StartError> {
        let client = Client::open(url.expose()).map_err(|error| format!("cannot use {url:?}: {error}"))?;
        let hearing = Arc::<Hearing>::default();
        let follower = Follower {
            client: client.clone(),
            stream: namespace.key(STREAM),
            last: None,
            audience,
            figures,
            hearing: Arc::clone(&hearing),
        };
        let tasks = Tasks::default().with(follower.run());
        let (namespace, script) = (namespace.clone(), Script::new(TELL));
        Ok(Self { client, connection: Mutex::default(), script, namespace, hearing, _tasks: tasks })
    }

    /// Whether this instance hears what the others tell.
    pub fn ready(&self) -> Result<(), &'static str> {
        if self.hearing.now.load(Ordering::Acquire) { Ok(()) } else { Err("Redis cannot be reached") }
    }

    /// Whether everything that is told from now on is told here too, if not at once.
    pub fn has_begun(&self) -> bool {
        self.hearing.begun.load(Ordering::Acquire)
    }

    /// Put it into the stream, unless it has been there. The audience is told by the follower: here as everywhere else,
    /// and in the same order.
    pub async fn tell(&self, event: FileEvent, change: &Change) -> Result<Outcome, RedisError> {
        let epoch = change.epoch.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut call = self.script.key(self.namespace.key(&format!("known:{epoch}:{}", change.seq)));
        let owner = change.file.user_id.map(|owner| owner.to_string()).unwrap_or_default();
        call.key(self.namespace.key(STREAM))
            .key(self.namespace.key(COUNT))
            .arg(REMEMBERED)
            .arg(KEPT)
            .arg(owner)
            .arg(change.packet(event));
        let mut connection = self.connection().await?;
        let new = call.invoke_async::<bool>(&mut connection).await;
        match new {
            Ok(true) => Ok(Outcome::Told),
            Ok(false) => Ok(Outcome::Repeated),
            Err(error) => {
                *self.connection.lock().await = None;
                Err(error)
            }
        }
    }

    async fn connection(&self) -> Result<MultiplexedConnection, RedisError> {
        let mut held = self.connection.lock().await;
        if let Some(connection) = &*held {
            return Ok(connection.clone());
        }
        Ok(held.insert(connect(&self.client, ANSWER).await?).clone())
    }
}

async fn connect(client: &Client, answer: Duration) -> Result<MultiplexedConnection, RedisError> {
    let config = AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(Some(answer));
    client.get_multiplexed_async_connection_with_config(&config).await
}

/// Reads the stream, and tells those who are here.
struct Follower {
    client: Client,
    stream: String,
    /// The entry that was told last; none before the stream was seen for the first time.
    last: Option<Place>,
    audience: Audience,
    figures: Figures,
    hearing: Arc<Hearing>,
}

/// Where an entry stands: by its id, which grows with time, and by its number, which grows by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Place {
    id: (u64, u64),
    number: u64,
}

impl Place {
    /// Whether this one may be the newest entry of a stream in which `last` was the newest once. It may not when the
    /// stream was lost since, or an older copy of it has come back.
    fn continues(self, last: Self) -> bool {
        self == last || (self.number > last.number && self.id > last.id)
    }
}

/// An entry: who hears of it, and what.
#[derive(Debug)]
struct Told {
    place: Place,
    owner: Option<u64>,
    packet: String,
}

/// What a read of the stream brings: for each stream that was asked for, its entries with their fields.
type Read = Option<Vec<(String, Vec<Entry>)>>;
type Entry = (String, Vec<(String, String)>);

impl Told {
    /// None when it is not as [`TELL`] writes it.
    fn of((id, fields): Entry) -> Option<Self> {
        let (time, nth) = id.split_once('-')?;
        let mut told = Self {
            place: Place { id: (time.parse().ok()?, nth.parse().ok()?), number: 0 },
            owner: None,
            packet: String::new(),
        };
        for (name, value) in fields {
            match name.as_str() {
                "number" => told.place.number = value.parse().ok()?,
                // an owner that is no number is nobody, of whose files admins hear
                "owner" => told.owner = value.parse().ok(),
                "packet" => told.packet = value,
                _ => {}
            }
        }
        Some(told)
    }
}

impl Follower {
    async fn run(mut self) {
        loop {
            if let Err(error) = self.follow().await
                && self.hearing.now.swap(false, Ordering::Release)
            {
                tracing::warn!(%error, "Redis cannot be reached: what other instances tell is heard later");
            }
            sleep(PAUSE).await;
        }
    }

    /// Tell what comes, until Redis cannot be reached.
    async fn follow(&mut self) -> Result<(), RedisError> {
        let mut connection = connect(&self.client, LISTEN + ANSWER).await?;
        let mut last = match self.last {
            Some(_) => self.still_there(&mut connection).await?,
            // what was told before this instance was there is told. Nobody listens here yet
            None => self.newest(&mut connection).await?,
        };
        self.last = Some(last);
        self.hearing.begun.store(true, Ordering::Release);
        loop {
            self.hearing.now.store(true, Ordering::Release);
            let mut read = cmd("XREAD");
            let wait = u64::try_from(LISTEN.as_millis()).unwrap_or_default();
            read.arg("COUNT").arg(AT_ONCE).arg("BLOCK").arg(wait);
            read.arg("STREAMS").arg(&self.stream).arg(format!("{}-{}", last.id.0, last.id.1));
            let streams: Read = read.query_async(&mut connection).await?;
            let entries: Vec<_> = streams.into_iter().flatten().flat_map(|(_, entries)| entries).collect();
            if entries.is_empty() {
                last = self.still_there(&mut connection).await?;
            }
            let mut pace = Pace::default();
            let mut entries = entries.into_iter().filter_map(Told::of).peekable();
            while let Some(told) = entries.next() {
                if told.place.number != last.number + 1 {
                    self.missed(last, told.place);
                }
                last = told.place;
                self.last = Some(last);
                self.audience.tell(told.owner, told.packet, &self.figures).await;
                pace.told(entries.peek().is_some()).await;
            }
        }
    }

    /// The newest entry, or the place before the first.
    async fn newest(&self, connection: &mut MultiplexedConnection) -> Result<Place, RedisError> {
        let newest: Vec<Entry> =
            cmd("XREVRANGE").arg(&self.stream).arg("+").arg("-").arg("COUNT").arg(1).query_async(connection).await?;
        Ok(newest.into_iter().next().and_then(Told::of).map(|told| told.place).unwrap_or_default())
    }

    /// Where to read on: behind what was told last, or, if that is no longer the same stream, behind the newest entry.
    async fn still_there(&mut self, connection: &mut MultiplexedConnection) -> Result<Place, RedisError> {
        let newest = self.newest(connection).await?;
        let last = self.last.unwrap_or_default();
        if newest.continues(last) {
            return Ok(last);
        }
        self.missed(last, newest);
        self.last = Some(newest);
        Ok(newest)
    }

    /// What is between the two is lost: nobody here can be told. Who listens is sent away, and reads the feed.
    fn missed(&self, last: Place, next: Place) {
        tracing::warn!(?last, ?next, "changes were lost in Redis: who listens here is sent away to read the feed");
        self.audience.part_all(&self.figures);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(time: u64, number: u64) -> Place {
        Place { id: (time, 0), number }
    }

    #[test]
    fn a_stream_that_was_lost_does_not_continue() {
        let last = place(100, 7);
        for (newest, continues) in [
            (last, true),
            (place(101, 8), true),
            (place(0, 0), false),
            (place(99, 6), false),
            // begun anew: later, and with fewer; or as many, by chance
            (place(200, 2), false),
            (place(200, 7), false),
            // by a clock that goes back
            (place(50, 9), false),
        ] {
            assert_eq!(newest.continues(last), continues, "{newest:?}");
        }
        assert!(place(5, 1).continues(Place::default()));
    }

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let fields = [("number", "7"), ("owner", ""), ("packet", "2[]")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let told = Told::of(("5-1".to_owned(), fields.to_vec())).unwrap();
        assert_eq!((told.place, told.owner, told.packet.as_str()), (Place { id: (5, 1), number: 7 }, None, "2[]"));
        assert!(Told::of(("5".to_owned(), vec![])).is_none());
    }
}
