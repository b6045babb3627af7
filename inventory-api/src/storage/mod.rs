//! The database: where the inventory survives.
//!
//! One connection writes and follows, [`Journal`]; a pool reads the history. Both speak `sqlx`'s `Any`, with SQL that
//! SQLite and PostgreSQL understand alike. Memory is ahead of neither: a change is in the snapshot only after the
//! database has it for good.

mod change_log;
mod write;

use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;

pub use change_log::ChangeLog;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Row};

use crate::command::{Command, Draft};
use crate::model::{Action, Change, NewServer, Server};
use crate::settings::DatabaseUrl;
use crate::snapshot::Snapshot;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long the database may take for one step. Longer, and whoever waits is told to come back: a server that has
/// vanished without a word would otherwise hold them for many minutes.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long it may take at the start for the schema and for all servers: on a busy machine, or for many servers, longer
/// than one step.
const PATIENCE_AT_START: Duration = Duration::from_secs(20);

/// Changes that are read in one step, so that no step is too long however far behind a replica is.
pub const CHANGES_AT_ONCE: usize = 1000;

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// It said no, or cannot be reached.
    #[error("the database cannot be used: {0}")]
    Database(#[from] sqlx::Error),
    /// Its schema cannot be brought up to date.
    #[error("the database cannot be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// It did not answer in time.
    #[error("the database did not answer in time")]
    TimedOut,
    /// The folder for its file cannot be made.
    #[error("the folder {0} cannot be made: {1}")]
    Folder(String, std::io::Error),
    /// It was asked to commit and did not confirm: the changes may be there or not.
    #[error("the database did not confirm a commit: {0}")]
    Unconfirmed(Box<StorageError>),
    /// What it holds is not what we wrote.
    #[error("the database holds something that is not ours: {0}")]
    Corrupt(#[from] serde_json::Error),
}

/// A database that is there, at the present schema, and holds an inventory.
#[derive(Clone)]
pub struct Database {
    options: AnyConnectOptions,
    is_sqlite: bool,
    pool: AnyPool,
}

impl Database {
    /// Open it: make its file, bring its schema up to date, and begin an inventory if there is none.
    ///
    /// # Errors
    /// When it cannot be reached or used.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StorageError> {
        sqlx::any::install_default_drivers();
        if let Some(folder) = url.file().and_then(|file| std::path::Path::new(file).parent()) {
            std::fs::create_dir_all(folder).map_err(|e| StorageError::Folder(folder.display().to_string(), e))?;
        }
        let is_sqlite = url.file().is_some();
        let address = match url.expose() {
            url if is_sqlite && !url.contains('?') => format!("{url}?mode=rwc"),
            url if is_sqlite && !url.contains("mode=") => format!("{url}&mode=rwc"),
            url => url.to_owned(),
        };
        let options = AnyConnectOptions::from_str(&address)?.disable_statement_logging();
        let pool =
            AnyPoolOptions::new().max_connections(4).acquire_timeout(PATIENCE).connect_lazy_with(options.clone());
        let database = Self { options, is_sqlite, pool };
        database.migrate().await?;
        Ok(database)
    }

    /// Several may start at once on a new database. PostgreSQL lets one of them in after the other. SQLite has no such
    /// lock: all but one fail half-way, undo what they did, and find it done when they look again.
    async fn migrate(&self) -> Result<(), StorageError> {
        let mut attempts = if self.is_sqlite { 5 } else { 1 };
        loop {
            attempts -= 1;
            match self.migrate_once().await {
                Err(error) if attempts > 0 => tracing::debug!(%error, "the migration is tried again"),
                done => return done,
            }
        }
    }

    /// Bounded is only the way to the database: a migration takes as long as its data are many.
    async fn migrate_once(&self) -> Result<(), StorageError> {
        let mut connection = in_time(PATIENCE_AT_START, self.connect(Durability::PowerCut)).await?;
        Ok(MIGRATIONS.run(&mut connection).await?)
    }

    async fn connect(&self, durability: Durability) -> Result<AnyConnection, StorageError> {
        let mut connection = AnyConnection::connect_with(&self.options).await?;
        if self.is_sqlite {
            // WAL: readers go on during a write
            connection.execute("PRAGMA journal_mode = WAL").await?;
            connection.execute(durability.pragma()).await?;
            connection.execute("PRAGMA busy_timeout = 2000").await?;
        }
        Ok(connection)
    }

    /// The history of a server, the newest change first: at most `limit` changes from before the revision `before`.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn history(&self, server_id: i64, before: i64, limit: usize) -> Result<Vec<Change>, StorageError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = sqlx::query(
            "SELECT revision, server_id, at, actor, action, changes FROM server_change \
             WHERE server_id = $1 AND revision < $2 ORDER BY revision DESC LIMIT $3",
        );
        in_time(PATIENCE, async {
            let rows = query.bind(server_id).bind(before).bind(limit).fetch_all(&self.pool).await?;
            rows.iter().map(change_of).collect()
        })
        .await
    }
}

/// What a commit survives, once it has returned.
#[derive(Debug, Clone, Copy)]
enum Durability {
    /// Everything: what is acknowledged to a client.
    PowerCut,
    /// The end of the process, not that of the machine: the last such commits may be undone by that. No trip to the disk.
    ProcessCrash,
}

impl Durability {
    /// For SQLite; PostgreSQL always waits for its disk.
    fn pragma(self) -> &'static str {
        match self {
            Self::PowerCut => "PRAGMA synchronous = FULL",
            Self::ProcessCrash => "PRAGMA synchronous = NORMAL",
        }
    }
}

/// The end of a commit.
#[derive(Debug, PartialEq, Eq)]
pub enum Committed {
    /// The changes are there for good.
    Yes,
    /// Somebody else was faster: nothing was written, and the snapshot must catch up first.
    Behind,
}

/// A change and the server after it; `None` when the server was deleted.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// What happened.
    pub change: Change,
    /// The server after it.
    pub after: Option<Server>,
}

/// The one connection that writes. After any error it is thrown away, since nobody knows what it is in the middle
/// of; the next step makes a new one.
pub struct Journal {
    database: Database,
    durability: Durability,
    connection: Option<AnyConnection>,
}

impl Journal {
    /// A journal of this database.
    pub const fn of(database: Database) -> Self {
        Self::with(database, Durability::PowerCut)
    }

    const fn with(database: Database, durability: Durability) -> Self {
        Self { database, durability, connection: None }
    }

    /// All servers, as they are now.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn load(&mut self) -> Result<Option<Snapshot>, StorageError> {
        self.step_within(PATIENCE_AT_START, async |connection| {
            // the place first: a change in between is then applied twice, which changes nothing
            let inventory = sqlx::query("SELECT epoch, revision, next_id FROM inventory");
            let Some(row) = inventory.fetch_optional(&mut *connection).await? else { return Ok(None) };
            let mut snapshot = Snapshot::empty(row.try_get("epoch")?);
            snapshot.revision = row.try_get("revision")?;
            snapshot.next_id = row.try_get("next_id")?;
            let servers = sqlx::query(
                "SELECT id, hostname, ip, status, tags, description, created_at, updated_at, version FROM server",
            );
            for row in servers.fetch_all(connection).await? {
                snapshot.put(server_of(&row)?);
            }
            Ok(Some(snapshot))
        })
        .await
    }

    /// Begin an inventory in an empty database, with the two servers of the course. Somebody else may do so at the
    /// same time: one of both begins it, and both have it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn begin(&mut self, epoch: &str, now: i64) -> Result<Snapshot, StorageError> {
        let mut draft = Draft::on(Snapshot::empty(epoch), now);
        let mut changes = Vec::new();
        for server in course_servers() {
            // two names that differ, in an empty inventory: neither can be refused
            let _ = draft.carry_out(&Command::Create(server), "course", &mut changes);
        }
        self.step_within(PATIENCE_AT_START, async |connection| {
            let mut transaction = connection.begin().await?;
            let insert = "INSERT INTO inventory (only_row, epoch, revision, next_id) VALUES (1, $1, $2, $3) \
                          ON CONFLICT (only_row) DO NOTHING";
            let Snapshot { epoch, revision, next_id, .. } = &draft.snapshot;
            let query = sqlx::query(insert).bind(epoch.to_string()).bind(*revision).bind(*next_id);
            if query.execute(&mut *transaction).await?.rows_affected() == 1 {
                for statement in write::records(&changes)? {
                    write::run(&mut transaction, &[statement]).await?;
                }
            }
            Ok(transaction.commit().await?)
        })
        .await?;
        Ok(self.load().await?.unwrap_or(draft.snapshot))
    }

    /// What happened after this revision, in order: the first [`CHANGES_AT_ONCE`] of it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn since(&mut self, revision: i64) -> Result<Vec<Recorded>, StorageError> {
        self.step_within(PATIENCE, async |connection| {
            let select = "SELECT revision, server_id, at, actor, action, changes, server FROM server_change \
                          WHERE revision > $1 ORDER BY revision LIMIT $2";
            let limit = i64::try_from(CHANGES_AT_ONCE).unwrap_or(i64::MAX);
            let rows = sqlx::query(select).bind(revision).bind(limit).fetch_all(connection).await?;
            rows.iter()
                .map(|row| {
                    let after: Option<String> = row.try_get("server")?;
                    let after = after.map(|json| serde_json::from_str(&json)).transpose()?;
                    Ok(Recorded { change: change_of(row)?, after })
                })
                .collect()
        })
        .await
    }

    /// Write changes that follow the revision `from`, all or none.
    ///
    /// # Errors
    /// When the database cannot be reached: nothing was written. Only with [`StorageError::Unconfirmed`] it is not
    /// known: whoever waits must not be told either way, and the next look at the change log shows it.
    pub async fn commit(&mut self, from: i64, next_id: i64, changes: &[Recorded]) -> Result<Committed, StorageError> {
        // a long import takes longer: a millisecond for each of its lines is plenty
        let patience = PATIENCE + Duration::from_millis(changes.len() as u64);
        let statements = write::commit(from, next_id, changes)?;
        let at_once = write::at_once(self.database.is_sqlite);
        let mut asked_to_commit = false;
        let step = self.step_within(patience, async |connection| {
            for trip in statements.chunks(at_once) {
                asked_to_commit = trip.iter().any(write::Statement::is_commit);
                let Err(error) = write::run(connection, trip).await else { continue };
                // the database said no: what can still be taken back was not committed
                if matches!(error, StorageError::Database(sqlx::Error::Database(_))) {
                    connection.execute("ROLLBACK").await?;
                    asked_to_commit = false;
                }
                return if write::is_behind(&error) { Ok(Committed::Behind) } else { Err(error) };
            }
            Ok(Committed::Yes)
        });
        let committed = step.await;
        committed.map_err(|error| if asked_to_commit { StorageError::Unconfirmed(Box::new(error)) } else { error })
    }

    /// Do something on the connection, in time; throw the connection away when it fails.
    async fn step_within<T>(
        &mut self,
        patience: Duration,
        work: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let taken = self.connection.take();
        let (database, durability) = (&self.database, self.durability);
        let (value, connection) = in_time(patience, async {
            let mut connection = match taken {
                Some(connection) => connection,
                None => database.connect(durability).await?,
            };
            Ok((work(&mut connection).await?, connection))
        })
        .await?;
        self.connection = Some(connection);
        Ok(value)
    }
}

/// The servers that a new database holds: those of the course's first exercise.
fn course_servers() -> impl Iterator<Item = NewServer> {
    [("web-prod-01", "10.0.0.1", "up"), ("db-prod-01", "10.0.0.2", "down")].into_iter().filter_map(
        |(name, ip, status)| {
            Some(NewServer {
                hostname: name.parse().ok()?,
                ip: ip.parse().ok()?,
                status: status.parse().ok()?,
                tags: BTreeSet::new(),
                description: String::new(),
            })
        },
    )
}

async fn in_time<T>(
    patience: Duration,
    work: impl Future<Output = Result<T, StorageError>>,
) -> Result<T, StorageError> {
    tokio::time::timeout(patience, work).await.unwrap_or(Err(StorageError::TimedOut))
}

fn server_of(row: &AnyRow) -> Result<Server, StorageError> {
    let text = |column| row.try_get::<String, _>(column).map(serde_json::Value::from);
    // through the same doors as JSON from outside: what is not a host name does not become one here
    let tags: serde_json::Value = serde_json::from_str(row.try_get("tags")?)?;
    Ok(serde_json::from_value(serde_json::json!({
        "id": row.try_get::<i64, _>("id")?,
        "hostname": text("hostname")?,
        "ip": text("ip")?,
        "status": text("status")?,
        "tags": tags,
        "description": text("description")?,
        "created_at": row.try_get::<i64, _>("created_at")?,
        "updated_at": row.try_get::<i64, _>("updated_at")?,
        "version": row.try_get::<i64, _>("version")?,
    }))?)
}

fn change_of(row: &AnyRow) -> Result<Change, StorageError> {
    let action: Action = serde_json::from_value(row.try_get::<String, _>("action")?.into())?;
    Ok(Change {
        revision: row.try_get("revision")?,
        server_id: row.try_get("server_id")?,
        at: row.try_get("at")?,
        actor: row.try_get("actor")?,
        action,
        changes: serde_json::from_str(row.try_get("changes")?)?,
    })
}
