//! What all containers that tests start have in common.

use std::collections::HashMap;
use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use testcontainers::bollard::models::PortBinding;
use testcontainers::core::ContainerPort;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, ContainerRequest, Image, ImageExt, ReuseDirective, TestcontainersError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::wait;

/// Marks a container or a volume as ours: its value is [`owner`]. `cargo xtask test` removes what bears it at the end
/// of a run, also what a killed test left behind.
pub const LABEL: &str = "dev.polyops.testbed";

/// Marks a container that many tests share, with what runs in it.
const SHARED: &str = "dev.polyops.testbed.shared";

/// How long a server may take to answer after its start: the slowest, RabbitMQ, needs ten seconds on a quiet machine.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Whose containers these are: the folder of this workspace. Two clones on one machine do not share, nor remove, each
/// other's.
///
/// # Panics
/// When this crate does not lie in `crates/`.
pub fn owner() -> &'static str {
    root().to_str().expect("the path of the workspace is Unicode, since Cargo passed it on")
}

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this crate lies two folders below the root")
}

/// Waits until no other process of this workspace holds the lock `name`, and then holds it until it is dropped, or
/// until this process ends, however it ends.
fn lock(name: &str) -> std::io::Result<File> {
    let folder = root().join("target/testbed");
    std::fs::create_dir_all(&folder)?;
    let file = File::create(folder.join(name).with_extension("lock"))?;
    file.lock()?;
    Ok(file)
}

/// What a server says when it can be used: asked over TCP, before any client is let near it.
///
/// A port of a container accepts connections before the server behind it does: Docker listens there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Greeting {
    pub asked: &'static [u8],
    /// Bytes before the answer that are one thing here and another there, such as a length.
    pub skipped: usize,
    pub answered: &'static [u8],
}

impl Greeting {
    /// Wait until the server at this address answers so.
    pub(crate) async fn wait(self, what: &str, address: SocketAddr) {
        wait::until_async(what, START_LIMIT, async || self.is_given(address).await.then_some(())).await;
    }

    async fn is_given(self, address: SocketAddr) -> bool {
        let exchange = async {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(self.asked).await?;
            let mut said = vec![0; self.skipped + self.answered.len()];
            stream.read_exact(&mut said).await?;
            std::io::Result::Ok(said)
        };
        matches!(timeout(Duration::from_secs(1), exchange).await, Ok(Ok(said)) if said[self.skipped..] == *self.answered)
    }
}

/// The container `name` that all tests of this workspace share: whoever comes first starts it. It answers.
///
/// nextest runs each test in a process of its own, so it outlives them all: `cargo xtask test` removes it at the end.
pub(crate) async fn shared<I: Image>(
    name: &'static str,
    image: ContainerRequest<I>,
    ports: &[(ContainerPort, Greeting)],
) -> Result<ContainerAsync<I>, TestcontainersError> {
    // held until the server answers: otherwise each of the first tests would start one
    let held = tokio::task::spawn_blocking(move || lock(name));
    let _held = held.await.map_err(TestcontainersError::other)??;
    let free: Vec<_> = ports.iter().map(|(port, _)| (*port, None)).collect();
    let image = on_this_machine(image, &free).with_label(SHARED, name).with_reuse(ReuseDirective::Always);
    let container = image.start().await?;
    // also one that is there already: it may have been stopped, and only now be started again
    for (port, greeting) in ports {
        let outside = container.get_host_port_ipv4(*port).await?;
        greeting.wait(name, SocketAddr::from(([127, 0, 0, 1], outside))).await;
    }
    Ok(container)
}

/// Ours, and reachable from this machine alone: the default would be every interface, and the passwords are known ones.
/// `None` takes any free port.
pub(crate) fn on_this_machine<I: Image>(
    image: ContainerRequest<I>,
    ports: &[(ContainerPort, Option<u16>)],
) -> ContainerRequest<I> {
    let bindings = ports.iter().map(|(inside, outside)| {
        let host_port = outside.map(|port| port.to_string());
        (inside.to_string(), Some(vec![PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port }]))
    });
    let bindings: HashMap<_, _> = bindings.collect();
    image.with_label(LABEL, owner()).with_host_config_modifier(move |host| {
        host.publish_all_ports = Some(false);
        host.port_bindings = Some(bindings.clone());
    })
}

/// Give what a container is needed for, or end the test with a word on what to do.
pub(crate) fn expect<T>(what: &str, result: Result<T, TestcontainersError>) -> T {
    result.unwrap_or_else(|error| {
        panic!("no {what} for this test: {error}\nRun the tests with `cargo xtask test`, which sets up Docker and the images")
    })
}
