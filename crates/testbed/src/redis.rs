//! Redis: a database of its own for each test, on one server that they all share, or a server of its own.
//!
//! What it acknowledges is on the disk (`appendfsync always`), as in a deployment.

use std::net::SocketAddr;

use redis::{RedisError, cmd};
use testcontainers::core::ContainerPort;
use testcontainers::{ContainerRequest, GenericImage, ImageExt};

use crate::containers::{Greeting, expect, shared};
use crate::exclusive::Exclusive;

/// The line of Redis that Debian 12 has: where no registry can be reached, the image is made from its packages.
const TAG: &str = "7.0-bookworm";
const PORT: ContainerPort = ContainerPort::Tcp(6379);
/// How many databases there are: each test takes the next one, and none is taken twice at a time.
const DATABASES: u32 = 4096;
const SERVER: [&str; 7] = ["redis-server", "--appendonly", "yes", "--appendfsync", "always", "--databases", "4096"];
/// While it still reads its file, it answers `-LOADING`.
const GREETING: Greeting = Greeting { asked: b"PING\r\n", skipped: 0, answered: b"+PONG\r\n" };

/// An empty database of Redis, with its number. It is emptied when this is dropped.
#[derive(Debug)]
pub struct Database {
    address: SocketAddr,
    number: u32,
}

/// Make an empty database, on the server that all tests share.
///
/// # Panics
/// When there is no container engine, or it cannot start Redis: the message says what to do.
pub async fn database() -> Database {
    let container = expect("Redis", shared("redis", server(), &[(PORT, GREETING)]).await);
    let port = expect("Redis", container.get_host_port_ipv4(PORT).await);
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    take(address).unwrap_or_else(|error| panic!("cannot take a database for this test: {error}"))
}

/// Start a server that this test has for itself: to be killed and started again on the same data.
///
/// # Panics
/// When there is no container engine, or it cannot start Redis: the message says what to do.
pub async fn exclusive() -> Server {
    Server(expect("Redis", Exclusive::start_new("redis", server, PORT, GREETING).await))
}

fn server() -> ContainerRequest<GenericImage> {
    GenericImage::new("redis", TAG).with_cmd(SERVER)
}

/// A server of its own; see [`Exclusive`] for what can be done to it.
#[derive(Debug)]
pub struct Server(Exclusive);

impl Server {
    /// How to connect to it.
    pub fn url(&self) -> String {
        url(self.address(), 0)
    }

    /// How to connect to it when a proxy stands between, which listens on this `port`.
    pub fn url_through(&self, port: u16) -> String {
        url(([127, 0, 0, 1], port).into(), 0)
    }
}

impl std::ops::Deref for Server {
    type Target = Exclusive;

    fn deref(&self) -> &Exclusive {
        &self.0
    }
}

impl Database {
    /// How to connect to it.
    pub fn url(&self) -> String {
        url(self.address, self.number)
    }

    /// Where the server listens: always on this machine, for a test that puts a proxy between.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How to connect to it when a proxy stands between, which listens on this `port`.
    pub fn url_through(&self, port: u16) -> String {
        url(([127, 0, 0, 1], port).into(), self.number)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if empty(&self.url()).is_err() {
            eprintln!("a test's Redis database was not emptied; it goes with its container");
        }
    }
}

fn take(address: SocketAddr) -> Result<Database, RedisError> {
    let mut server = redis::Client::open(url(address, 0))?.get_connection()?;
    let taken: u32 = cmd("INCR").arg("testbed:databases").query(&mut server)?;
    // number 0 holds the counter
    let database = Database { address, number: 1 + taken % (DATABASES - 1) };
    // of a test that was killed, 4095 tests ago
    empty(&database.url())?;
    Ok(database)
}

fn empty(url: &str) -> Result<(), RedisError> {
    cmd("FLUSHDB").query(&mut redis::Client::open(url)?.get_connection()?)
}

fn url(address: SocketAddr, database: u32) -> String {
    format!("redis://{address}/{database}")
}
