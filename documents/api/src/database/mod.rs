//! The database: users, files, versions, and what happened to them.
//!
//! One SQL for three databases, by `sqlx`'s `Any`. What differs is here: how a connection is set up, how a place in a
//! statement is written, and how a transaction begins. Whoever writes takes its [`Turn`].

mod changes;
mod error;
mod files;
mod sessions;
mod statement;
mod turn;
mod users;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use chassis::ids::Ids;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Row};
use tokio::sync::{Mutex, watch};

pub use self::error::StorageError;
pub use self::files::{Content, Sight};
pub use self::sessions::LoggedIn;
use self::statement::Statement;
pub use self::turn::Turn;
pub use self::users::{Account, NewUser};
use crate::settings::{DatabaseUrl, Kind};

static ANSI: Migrator = sqlx::migrate!("migrations/ansi");
static MYSQL: Migrator = sqlx::migrate!("migrations/mysql");

/// How long the database may take for one step. Longer, and whoever waits is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it may take at the start: on a busy machine, longer than one step.
const PATIENCE_AT_START: Duration = Duration::from_secs(20);

/// Connections that are held at most, by each instance.
const CONNECTIONS: u32 = 8;

/// A database that is there and at the present schema. Clones share its connections.
#[derive(Clone)]
pub struct Database {
    kind: Kind,
    pool: AnyPool,
    /// Writers of this process wait here, in the order in which they came, and not each on a connection of its own.
    writers: Arc<Mutex<()>>,
    /// The last change that this process has made or met: wakes those who follow.
    changed: Arc<watch::Sender<i64>>,
    epoch: Arc<str>,
}

impl Database {
    /// Open it: make its file, bring its schema up to date, and its one row into the ledger.
    ///
    /// # Errors
    /// When it cannot be reached or used.
    pub async fn open(url: &DatabaseUrl, ids: &dyn Ids) -> Result<Self, StorageError> {
        sqlx::any::install_default_drivers();
        if let Some(folder) = url.file().and_then(|file| std::path::Path::new(file).parent()) {
            std::fs::create_dir_all(folder).map_err(|e| StorageError::Folder(folder.display().to_string(), e))?;
        }
        let kind = url.kind();
        let options = AnyConnectOptions::from_str(&address(url))?.disable_statement_logging();
        let pool = AnyPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        let pool = pool.after_connect(move |connection, _| Box::pin(set_up(kind, connection)));
        let pool = pool.after_release(|connection, _| Box::pin(is_sound(connection)));
        let pool = pool.connect_lazy_with(options.clone());
        migrate(kind, &options).await?;
        let (changed, writers) = (Arc::new(watch::channel(0).0), Arc::default());
        let mut database = Self { kind, pool, writers, changed, epoch: "".into() };
        database.epoch = in_time(database.begin_ledger(&ids.secret())).await?.into();
        Ok(database)
    }

    /// The one row of the ledger, made by whoever comes first; and its epoch.
    async fn begin_ledger(&self, epoch: &str) -> Result<String, StorageError> {
        let select = "SELECT epoch, seq FROM ledger";
        for _ in 0..2 {
            if let Some(row) = self.sql(select).fetch_optional(&self.pool).await? {
                self.changed.send_replace(row.try_get("seq")?);
                return Ok(row.try_get("epoch")?);
            }
            let insert = "INSERT INTO ledger (only_row, epoch, turn, seq, last_user, last_file, sent_to) \
                          VALUES (1, ?, 0, 0, 0, 0, 0)";
            // of two that begin at once one is refused, and finds the other's row
            if let Err(error) = self.sql(insert).bind(epoch.to_owned()).execute(&self.pool).await {
                tracing::debug!(%error, "another instance has begun the ledger");
            }
        }
        Err(StorageError::NoLedger)
    }

    /// What tells this database from any other.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The number of the last change that this process knows of, each time it is another.
    pub fn changed(&self) -> watch::Receiver<i64> {
        self.changed.subscribe()
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), StorageError> {
        in_time(async { Ok(self.sql("SELECT seq FROM ledger").fetch_one(&self.pool).await.map(drop)?) }).await
    }

    fn sql(&self, text: &'static str) -> Statement {
        Statement::new(self.kind, text)
    }
}

fn address(url: &DatabaseUrl) -> String {
    match (url.kind(), url.expose()) {
        (Kind::Sqlite, url) if !url.contains('?') => format!("{url}?mode=rwc"),
        (Kind::Sqlite, url) if !url.contains("mode=") => format!("{url}&mode=rwc"),
        (_, url) => url.to_owned(),
    }
}

async fn set_up(kind: Kind, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let wanted: &[&'static str] = match kind {
        // readers go on during a write; a commit survives a power cut
        Kind::Sqlite => &[
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA busy_timeout = 4000",
            "PRAGMA foreign_keys = ON",
        ],
        // who has gone without a word in the middle of a turn must not hold the ledger's row against all others for hours
        Kind::Postgres => &["SET idle_in_transaction_session_timeout = '30s'"],
        // names in quotes as everywhere else: `user` is a word of the language in some. And as above, which `MariaDB` alone knows
        Kind::MySql => &["SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES') \
              /*M!100300 , SESSION idle_transaction_timeout = 30 */"],
    };
    for statement in wanted {
        connection.execute(*statement).await?;
    }
    Ok(())
}

/// Whether a connection is at rest, and may be lent again. On a full disk SQLite undoes a transaction by itself, and then
/// refuses the rollback that sqlx sends: sqlx would take the connection for one within a transaction for ever, and refuse
/// every writer to come.
async fn is_sound(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    // a rollback may be on its way: this waits for it, but not as long as the system takes to find out that a server has gone
    // without a word, since the connection has its place in the pool meanwhile
    tokio::time::timeout(PATIENCE, connection.ping()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
    Ok(!connection.is_in_transaction())
}

/// Several may start at once on a new database. The servers let one of them in after the other. SQLite has no such lock:
/// all but one fail half-way, undo what they did, and find it done when they look again.
async fn migrate(kind: Kind, options: &AnyConnectOptions) -> Result<(), StorageError> {
    let migrations = if kind == Kind::MySql { &MYSQL } else { &ANSI };
    let mut attempts = if kind == Kind::Sqlite { 5 } else { 1 };
    loop {
        attempts -= 1;
        let migrated = async {
            let mut connection = AnyConnection::connect_with(options).await?;
            set_up(kind, &mut connection).await?;
            if kind == Kind::MySql {
                one_at_a_time(&mut connection).await?;
            }
            Ok::<_, StorageError>(migrations.run(&mut connection).await?)
        };
        let migrated = tokio::time::timeout(PATIENCE_AT_START, migrated).await;
        match migrated.unwrap_or(Err(StorageError::TimedOut)) {
            Err(error) if attempts > 0 => tracing::debug!(%error, "the migration is tried again"),
            done => return done,
        }
    }
}

/// Wait until this connection alone may migrate; the server lets the next one in when the connection ends. `sqlx` asks for
/// such a lock itself, and to wait without end for it, which it writes as -1: `MySQL` reads it so, and `MariaDB` takes it for
/// a mistake, answers NULL, and lets all in together.
async fn one_at_a_time(connection: &mut AnyConnection) -> Result<(), StorageError> {
    let lock = "SELECT CAST(GET_LOCK(SHA1(CONCAT('documents ', DATABASE())), 15) AS SIGNED) AS held";
    let held: Option<i64> = sqlx::query(lock).fetch_one(connection).await?.try_get("held")?;
    if held == Some(1) { Ok(()) } else { Err(StorageError::TimedOut) }
}

/// Do this within the time that the database has for a step.
///
/// # Errors
/// Its own, or that it took too long.
pub async fn in_time<T, E: From<StorageError>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| Err(StorageError::TimedOut.into()))
}
