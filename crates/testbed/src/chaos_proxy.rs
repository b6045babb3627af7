//! A network that fails on command: a TCP proxy to be put between a client and what it depends on.
//!
//! It runs on a thread of its own. So it goes on when a test pauses the clock of its runtime or blocks it, and it can be
//! used from any runtime and from none.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc as blocking;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// What the network does with a connection that it has accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Traffic {
    /// Every piece goes on after this time; zero is a sound network.
    After(Duration),
    /// Nothing goes on, and nobody is told: as when a cable is pulled, or a host hangs.
    Stalled,
}

/// What the network does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    Up(Traffic),
    /// Connections are reset, and new ones refused: as when the process at the other end is killed.
    Cut,
}

/// A proxy on 127.0.0.1, sound until it is told otherwise. It ends when it is dropped.
#[derive(Debug)]
pub struct ChaosProxy {
    address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    commands: mpsc::UnboundedSender<(Network, blocking::Sender<()>)>,
}

impl ChaosProxy {
    /// A proxy in front of `upstream`, on a free port.
    ///
    /// # Errors
    /// When no port can be had.
    ///
    /// # Panics
    /// When no thread can be had.
    pub fn start(upstream: SocketAddr) -> io::Result<Self> {
        let (commands, received) = mpsc::unbounded_channel();
        let (ready, started) = blocking::channel();
        let accepted = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&accepted);
        std::thread::Builder::new().name("chaos-proxy".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime of one thread can be made");
            runtime.block_on(serve(upstream, counter, received, ready));
        })?;
        let address = started.recv().expect("the proxy's thread says how its start went")?;
        Ok(Self { address, accepted, commands })
    }

    /// Where clients connect to, instead of to the upstream.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were accepted since the start: shows that a client stays away, or that it reuses one.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Reset all connections, and refuse new ones.
    pub fn cut(&self) {
        self.set(Network::Cut);
    }

    /// Accept connections and let nothing through, in either direction, also on those that are open.
    pub fn stall(&self) {
        self.set(Network::Up(Traffic::Stalled));
    }

    /// Let each piece of data wait for `delay` milliseconds, in either direction.
    pub fn delay(&self, delay: u64) {
        self.set(Network::Up(Traffic::After(Duration::from_millis(delay))));
    }

    /// A sound network again. What a stall held back goes on.
    pub fn restore(&self) {
        self.set(Network::Up(Traffic::After(Duration::ZERO)));
    }

    /// Returns when it holds, so that a test need not wait.
    fn set(&self, network: Network) {
        let (done, wait) = blocking::channel();
        self.commands.send((network, done)).expect("the proxy's thread lives as long as this handle");
        wait.recv().expect("the proxy's thread answers each command");
    }
}

/// A socket on the port. Several can be bound to one port (`SO_REUSEPORT`): one that never listens keeps the port ours
/// while it refuses connections, where otherwise another test could be given it.
fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    Ok(socket)
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    bind(address)?.listen(128)
}

async fn serve(
    upstream: SocketAddr,
    accepted: Arc<AtomicUsize>,
    mut commands: mpsc::UnboundedReceiver<(Network, blocking::Sender<()>)>,
    ready: blocking::Sender<io::Result<SocketAddr>>,
) {
    let start = || -> io::Result<_> {
        let reserved = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = reserved.local_addr()?;
        Ok((reserved, address, listen(address)?))
    };
    let (_reserved, address, listener) = match start() {
        Ok(started) => started,
        Err(error) => return drop(ready.send(Err(error))),
    };
    if ready.send(Ok(address)).is_err() {
        return;
    }
    let mut listener = Some(listener);
    let (traffic, watched) = watch::channel(Traffic::After(Duration::ZERO));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            command = commands.recv() => {
                let Some((network, done)) = command else { return };
                match network {
                    Network::Cut => {
                        listener = None;
                        connections.shutdown().await;
                    }
                    Network::Up(now) => {
                        traffic.send_replace(now);
                        if listener.is_none() {
                            listener = Some(listen(address).expect("the port is reserved"));
                        }
                    }
                }
                // whoever does not wait for the answer does not need it
                let _ = done.send(());
            }
            Some(Ok(client)) = accept(listener.as_ref()) => {
                accepted.fetch_add(1, Ordering::SeqCst);
                connections.spawn(forward(client, upstream, watched.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> Option<io::Result<TcpStream>> {
    Some(listener?.accept().await.map(|(client, _)| client))
}

async fn forward(mut client: TcpStream, upstream: SocketAddr, traffic: watch::Receiver<Traffic>) {
    // a reset instead of a polite end, whenever this connection is dropped
    let _ = client.set_zero_linger();
    let Ok(mut server) = TcpStream::connect(upstream).await else { return };
    let _ = server.set_zero_linger();
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let there = pump(from_client, to_server, traffic.clone());
    let back = pump(from_server, to_client, traffic);
    // an error in one direction ends both; a polite end leaves the other open
    let _ = tokio::try_join!(there, back);
}

async fn pump(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut traffic: watch::Receiver<Traffic>,
) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let read = from.read(&mut buffer).await?;
        let flowing = traffic.wait_for(|now| *now != Traffic::Stalled).await.map(|now| *now);
        let Ok(Traffic::After(delay)) = flowing else { return Ok(()) };
        tokio::time::sleep(delay).await;
        if read == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..read]).await?;
    }
}
