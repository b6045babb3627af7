//! A connection that is made anew when it has failed.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue, Pipeline, RedisError, RedisFuture};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::super::BackendError;

/// How long connecting may take.
pub const CONNECT: Duration = Duration::from_secs(1);

/// How long an answer may take. Longer, and whoever waits is told to come back.
const ANSWER: Duration = Duration::from_secs(3);

/// What Redis says when it has refused a script before its first write.
const REFUSALS: [&str; 10] =
    ["DAMAGED", "LOADING", "READONLY", "MISCONF", "OOM", "NOAUTH", "NOPERM", "BUSY", "MASTERDOWN", "CLUSTERDOWN"];

/// A start of the Redis server: what it says of itself, or a number of our own where it may not be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run(String);

/// A way to Redis that several may use at once.
#[derive(Clone)]
pub struct Link {
    client: Client,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    connection: Option<(MultiplexedConnection, Run)>,
    /// When the last attempt to make one failed, and why.
    failed: Option<(Instant, RedisError)>,
    /// How many were made.
    connections: u64,
}

/// What went wrong, before it is known what was asked.
pub enum Fault {
    /// It could not be asked, or said no.
    Refused(RedisError),
    /// It was asked, and the answer is not known.
    Unanswered(RedisError),
}

impl Fault {
    /// When nothing was to be changed.
    pub fn before_a_commit(self) -> BackendError {
        let (Self::Refused(error) | Self::Unanswered(error)) = self;
        BackendError::Unreachable(error.to_string())
    }

    /// When something was to be changed.
    pub fn of_a_commit(self) -> BackendError {
        match self {
            Self::Refused(error) => BackendError::Unreachable(error.to_string()),
            Self::Unanswered(error) => BackendError::Unconfirmed(error.to_string()),
        }
    }
}

/// A command or several, that are sent at once.
pub trait Question {
    fn ask<'a, T: FromRedisValue + 'a>(&'a self, connection: &'a mut MultiplexedConnection) -> RedisFuture<'a, T>;
}

impl Question for Cmd {
    fn ask<'a, T: FromRedisValue + 'a>(&'a self, connection: &'a mut MultiplexedConnection) -> RedisFuture<'a, T> {
        Box::pin(self.query_async(connection))
    }
}

impl Question for Pipeline {
    fn ask<'a, T: FromRedisValue + 'a>(&'a self, connection: &'a mut MultiplexedConnection) -> RedisFuture<'a, T> {
        Box::pin(self.query_async(connection))
    }
}

impl Link {
    pub fn new(address: &str) -> Result<Self, BackendError> {
        let client = Client::open(address).map_err(|error| BackendError::Unreachable(error.to_string()))?;
        Ok(Self { client, held: Arc::default() })
    }

    pub async fn ask<T: FromRedisValue>(&self, question: &impl Question) -> Result<T, Fault> {
        Ok(self.ask_run(question).await?.0)
    }

    /// The answer, and which start of the server has given it.
    pub async fn ask_run<T: FromRedisValue>(&self, question: &impl Question) -> Result<(T, Run), Fault> {
        let (mut connection, run) = self.connection().await?;
        let answer = question.ask(&mut connection).await;
        Ok((self.judge(answer).await?, run))
    }

    /// The connection; a new one if there is none. Those who come meanwhile wait for it, and share its fate: a hundred
    /// that tried one after another would keep the last waiting for a hundred time-outs.
    pub async fn connection(&self) -> Result<(MultiplexedConnection, Run), Fault> {
        let came = Instant::now();
        let mut held = self.held.lock().await;
        if let Some(connection) = &held.connection {
            return Ok(connection.clone());
        }
        if let Some((at, why)) = &held.failed
            && *at >= came
        {
            return Err(Fault::Refused(why.clone()));
        }
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(Some(ANSWER));
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await;
        let connection = match connection {
            Ok(mut connection) => {
                held.connections += 1;
                let run = run(&mut connection).await.unwrap_or_else(|| held.connections.to_string());
                Ok((connection, Run(run)))
            }
            Err(error) => Err(error),
        };
        held.failed = connection.as_ref().err().map(|error| (Instant::now(), error.clone()));
        Ok(held.connection.insert(connection.map_err(Fault::Refused)?).clone())
    }

    /// What an answer means; the connection is given up when there was none.
    pub async fn judge<T>(&self, answer: Result<T, RedisError>) -> Result<T, Fault> {
        let Err(error) = answer else { return answer.map_err(Fault::Refused) };
        if error.code().is_some_and(|code| REFUSALS.contains(&code)) {
            return Err(Fault::Refused(error));
        }
        self.held.lock().await.connection = None;
        Err(Fault::Unanswered(error))
    }

    /// Say in the log when what is acknowledged here could be lost.
    pub async fn warn_of_weak_durability(&self) {
        let mut ask = redis::pipe();
        for name in ["appendonly", "appendfsync", "maxmemory-policy"] {
            ask.cmd("CONFIG").arg("GET").arg(name);
        }
        // a server that does not let us ask is somebody else's to watch
        let Ok(answers) = self.ask::<[Vec<String>; 3]>(&ask).await else { return };
        let [only, sync, policy] = answers.map(|answer| answer.into_iter().nth(1).unwrap_or_default());
        if only != "yes" || sync != "always" {
            tracing::warn!(
                appendonly = only,
                appendfsync = sync,
                "this Redis may lose acknowledged writes in a crash: set appendonly yes and appendfsync always"
            );
        }
        if policy != "noeviction" {
            tracing::warn!(
                policy,
                "this Redis may throw documents away when memory is short: set maxmemory-policy noeviction"
            );
        }
    }
}

/// What the server calls this run of itself.
async fn run(connection: &mut MultiplexedConnection) -> Option<String> {
    let facts: String = redis::cmd("INFO").arg("server").query_async(connection).await.ok()?;
    facts.lines().find_map(|line| line.strip_prefix("run_id:")).map(|run| run.trim().to_owned())
}
