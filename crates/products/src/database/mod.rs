//! The table of products, the ledger that numbers them, and what is still to be told of them.
//!
//! One SQL for both databases, by `sqlx`'s `Any`. What differs is here: how a connection is set up, and how a transaction
//! begins. The services share a database and no process, so whichever starts first makes the tables, and the other
//! finds them ([`Database::open`]).

mod add;
mod error;
mod outbox;
mod read;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Row};
use tokio::sync::{Mutex, watch};

pub use self::add::Submission;
pub use self::error::StorageError;
pub use self::outbox::ProductOutbox;
use crate::{DatabaseUrl, Kind};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
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
    /// The id of the last product that this process has added: wakes the relay.
    added: Arc<watch::Sender<i64>>,
}

impl Database {
    /// Open it: make its file, and bring its schema up to date.
    ///
    /// # Errors
    /// When it cannot be reached or used.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StorageError> {
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
        Ok(Self { kind, pool, writers: Arc::default(), added: Arc::new(watch::channel(0).0) })
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), StorageError> {
        in_time(async { Ok(sqlx::query("SELECT last_id FROM product_ledger").fetch_one(&self.pool).await.map(drop)?) })
            .await
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
        Kind::Sqlite => &["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA busy_timeout = 4000"],
        Kind::MySql => &[],
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
    // a rollback may be on its way: this waits for it
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// Two services start at once on a new database. A server lets one of them in after the other. SQLite has no such lock:
/// all but one fail half-way, undo what they did, and find it done when they look again.
async fn migrate(kind: Kind, options: &AnyConnectOptions) -> Result<(), StorageError> {
    let migrations = if kind == Kind::MySql { &MYSQL } else { &SQLITE };
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
    let lock = "SELECT CAST(GET_LOCK(SHA1(CONCAT('products ', DATABASE())), 15) AS SIGNED) AS held";
    let held: Option<i64> = sqlx::query(lock).fetch_one(connection).await?.try_get("held")?;
    if held == Some(1) { Ok(()) } else { Err(StorageError::TimedOut) }
}

/// Do this within the time that the database has for a step.
async fn in_time<T>(work: impl Future<Output = Result<T, StorageError>>) -> Result<T, StorageError> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(StorageError::TimedOut))
}
