//! A database of its own for each test, on one PostgreSQL that they all share.
//!
//! Starting the server takes seconds, making a database some milliseconds. nextest runs each test in a process of its
//! own, so the server outlives them all: whoever comes first starts it, `cargo xtask test` removes it at the end.

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Error};
use testcontainers::core::ContainerPort;
use testcontainers::{ImageExt, TestcontainersError};
use testcontainers_modules::postgres::Postgres;

use crate::containers::{Greeting, expect, shared};

/// The line of PostgreSQL that Debian 12 has: where no registry can be reached, the image is made from its packages.
const TAG: &str = "15-bookworm";
const PORT: ContainerPort = ContainerPort::Tcp(5432);
/// For speed: what these databases hold need not survive the machine. And there may be more tests at once, each with a
/// pool, than the hundred connections that the server allows otherwise.
const SERVER: [&str; 7] = ["postgres", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "max_connections=500"];

/// The question whether it speaks TLS, and its no. It answers that also while it still starts; sqlx's pool waits then.
const GREETING: Greeting = Greeting { asked: b"\0\0\0\x08\x04\xd2\x16\x2f", skipped: 0, answered: b"N" };

/// An empty database, which is dropped with this value.
#[derive(Debug)]
pub struct Database {
    port: u16,
    name: String,
}

/// Make an empty database.
///
/// # Panics
/// When there is no container engine, or it cannot start PostgreSQL: the message says what to do.
pub async fn database() -> Database {
    let port = expect("PostgreSQL", server().await);
    create(port).await.unwrap_or_else(|error| panic!("cannot make a database for this test: {error}"))
}

impl Database {
    /// How to connect to it, for `DATABASE_URL`.
    pub fn url(&self) -> String {
        url(self.port, &self.name)
    }

    /// Where the server listens: always on this machine, for a test that puts a proxy between.
    pub fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// How to connect to it when a proxy stands between, which listens on this `port`.
    pub fn url_through(&self, port: u16) -> String {
        url(port, &self.name)
    }

    /// The database's name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // a drop cannot wait for a future on the test's own runtime: hence a thread with another
        let (port, name) = (self.port, std::mem::take(&mut self.name));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(remove(port, &name))
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            eprintln!("a test's database was not dropped; it goes with its container");
        }
    }
}

/// The port of the one server, which is started if it does not run.
async fn server() -> Result<u16, TestcontainersError> {
    let image = Postgres::default().with_tag(TAG).with_cmd(SERVER);
    shared("postgres", image, &[(PORT, GREETING)]).await?.get_host_port_ipv4(PORT).await
}

async fn create(port: u16) -> Result<Database, Error> {
    let server = connect(port).await?;
    // a number that this server gives out once
    let number: String = sqlx::query_scalar("SELECT pg_current_xact_id()::text").fetch_one(&server).await?;
    let name = format!("test_{number}");
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&server).await?;
    server.close().await;
    Ok(Database { port, name })
}

async fn remove(port: u16, name: &str) -> Result<(), Error> {
    let server = connect(port).await?;
    // FORCE: a service that was killed has left connections
    sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).execute(&server).await?;
    server.close().await;
    Ok(())
}

/// One connection to the server itself. A pool, since that tries again while the server still starts.
async fn connect(port: u16) -> Result<PgPool, Error> {
    PgPoolOptions::new().max_connections(1).connect(&url(port, "postgres")).await
}

fn url(port: u16, database: &str) -> String {
    format!("postgres://postgres:postgres@127.0.0.1:{port}/{database}")
}
