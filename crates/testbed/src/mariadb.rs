//! A database of its own for each test, on one `MariaDB` that they all share.
//!
//! As [`postgres`](crate::postgres): the server outlives the tests, and `cargo xtask test` removes it at the end.

use sqlx::mysql::{MySqlPool, MySqlPoolOptions};
use sqlx::{AssertSqlSafe, Error};
use testcontainers::core::ContainerPort;
use testcontainers::{GenericImage, ImageExt, TestcontainersError};

use crate::containers::{Greeting, expect, shared};

/// The line of `MariaDB` that Debian 12 has: where no registry can be reached, the image is made from its packages.
const IMAGE: (&str, &str) = ("mariadb", "10.11");
const PORT: ContainerPort = ContainerPort::Tcp(3306);
const PASSWORD: &str = "mariadb";
/// For speed: what these databases hold need not survive the machine.
const SERVER: [&str; 4] =
    ["mariadbd", "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--max-connections=500"];

/// It speaks first: a length, which differs, the number of the packet, and the version of the protocol.
const GREETING: Greeting = Greeting { asked: b"", skipped: 3, answered: b"\0\x0a" };

/// An empty database, which is dropped with this value.
#[derive(Debug)]
pub struct Database {
    port: u16,
    name: String,
}

/// Make an empty database.
///
/// # Panics
/// When there is no container engine, or it cannot start `MariaDB`: the message says what to do.
pub async fn database() -> Database {
    let port = expect("MariaDB", server().await);
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
    let image = GenericImage::new(IMAGE.0, IMAGE.1).with_cmd(SERVER).with_env_var("MARIADB_ROOT_PASSWORD", PASSWORD);
    shared("mariadb", image, &[(PORT, GREETING)]).await?.get_host_port_ipv4(PORT).await
}

async fn create(port: u16) -> Result<Database, Error> {
    let server = connect(port).await?;
    // a number that this server gives out once
    let number: u64 = sqlx::query_scalar("SELECT UUID_SHORT()").fetch_one(&server).await?;
    let name = format!("test_{number}");
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&server).await?;
    server.close().await;
    Ok(Database { port, name })
}

async fn remove(port: u16, name: &str) -> Result<(), Error> {
    let server = connect(port).await?;
    sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE {name}"))).execute(&server).await?;
    server.close().await;
    Ok(())
}

/// One connection to the server itself. A pool, since that tries again while the server still starts.
async fn connect(port: u16) -> Result<MySqlPool, Error> {
    MySqlPoolOptions::new().max_connections(1).connect(&url(port, "mysql")).await
}

fn url(port: u16, database: &str) -> String {
    format!("mysql://root:{PASSWORD}@127.0.0.1:{port}/{database}")
}
