//! What several instances share, through Redis: which changes were told, and a stream of them that each instance reads.
//!
//! A stream and not publish and subscribe: who has lost the connection reads on from where it stopped, and misses
//! nothing. That a change was told and its place in the stream are written in one step, so there is neither without the
//! other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chassis::service::StartError;
use chassis::tasks::Tasks;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, Script, cmd};
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::Outcome;
use crate::audience::Audience;
use crate::change::{Change, FileEvent};
use crate::figures::Figures;
use crate::settings::RedisUrl;

/// The stream of the changes that were told.
const STREAM: &str = "documents:notifications:told";

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
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'owner', ARGV[3], 'packet', ARGV[4])
    redis.call('SET', KEYS[1], 1, 'EX', ARGV[1])
    return 1";

/// The way to the other instances.
pub struct Shared {
    client: Client,
    /// Made anew after a failure.
    connection: Mutex<Option<MultiplexedConnection>>,
    script: Script,
    /// Whether this instance hears what the others tell.
    hears: Arc<AtomicBool>,
    _tasks: Tasks,
}

impl Shared {
    /// Follow the stream from now on.
    pub fn start(url: &RedisUrl, audience: Audience, figures: Figures) -> Result<Self, StartError> {
        let client = Client::open(url.expose()).map_err(|error| format!("cannot use {url:?}: {error}"))?;
        let hears = Arc::<AtomicBool>::default();
        let follower = Follower { client: client.clone(), last: None, audience, figures, hears: Arc::clone(&hears) };
        let tasks = Tasks::default().with(follower.run());
        Ok(Self { client, connection: Mutex::default(), script: Script::new(TELL), hears, _tasks: tasks })
    }

    /// Whether this instance hears what the others tell.
    pub fn ready(&self) -> Result<(), &'static str> {
        if self.hears.load(Ordering::Relaxed) { Ok(()) } else { Err("Redis cannot be reached") }
    }

    /// Put it into the stream, unless it has been there. The audience is told by the follower: here as everywhere else,
    /// and in the same order.
    pub async fn tell(&self, event: FileEvent, change: &Change) -> Result<Outcome, RedisError> {
        let epoch = change.epoch.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut call = self.script.key(format!("documents:notifications:{epoch}:{}", change.seq));
        let owner = change.file.user_id.map(|owner| owner.to_string()).unwrap_or_default();
        call.key(STREAM).arg(REMEMBERED).arg(KEPT).arg(owner).arg(change.packet(event));
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
    /// The entry that was told last; none before the stream was seen for the first time.
    last: Option<String>,
    audience: Audience,
    figures: Figures,
    hears: Arc<AtomicBool>,
}

/// What a read of the stream brings: for each stream that was asked for, its entries with their fields.
type Read = Option<Vec<(String, Vec<Entry>)>>;
type Entry = (String, Vec<(String, String)>);

impl Follower {
    async fn run(mut self) {
        loop {
            if let Err(error) = self.follow().await
                && self.hears.swap(false, Ordering::Relaxed)
            {
                tracing::warn!(%error, "Redis cannot be reached: what other instances tell is heard later");
            }
            sleep(PAUSE).await;
        }
    }

    /// Tell what comes, until Redis cannot be reached.
    async fn follow(&mut self) -> Result<(), RedisError> {
        let mut connection = connect(&self.client, LISTEN + ANSWER).await?;
        if self.last.is_none() {
            let newest: Vec<Entry> =
                cmd("XREVRANGE").arg(STREAM).arg("+").arg("-").arg("COUNT").arg(1).query_async(&mut connection).await?;
            // what was told before this instance was there is told
            self.last = Some(newest.into_iter().next().map_or_else(|| "0-0".to_owned(), |(id, _)| id));
        }
        loop {
            self.hears.store(true, Ordering::Relaxed);
            let mut read = cmd("XREAD");
            let wait = u64::try_from(LISTEN.as_millis()).unwrap_or_default();
            read.arg("COUNT").arg(AT_ONCE).arg("BLOCK").arg(wait).arg("STREAMS").arg(STREAM).arg(self.last.as_deref());
            let streams: Read = read.query_async(&mut connection).await?;
            for (id, fields) in streams.into_iter().flatten().flat_map(|(_, entries)| entries) {
                self.tell(fields).await;
                self.last = Some(id);
            }
        }
    }

    async fn tell(&self, fields: Vec<(String, String)>) {
        let (mut owner, mut packet) = (None, None);
        for (name, value) in fields {
            match name.as_str() {
                // an owner that is no number would be nobody, of which admins hear
                "owner" => owner = value.parse().ok(),
                "packet" => packet = Some(value),
                _ => {}
            }
        }
        if let Some(packet) = packet {
            self.audience.tell(owner, packet, &self.figures).await;
            // those who are told must come to read, also when there is more to tell
            tokio::task::yield_now().await;
        }
    }
}
