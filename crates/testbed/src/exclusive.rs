//! A server in a container that one test has for itself, so that it may fail.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use testcontainers::bollard::Docker;
use testcontainers::bollard::query_parameters::KillContainerOptions;
use testcontainers::core::ContainerPort;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, TestcontainersError};

use crate::containers::{Greeting, on_this_machine};

/// Ports that nobody is given by chance: systems give out free ones from 32768 on. So the server's port is still its own
/// when it starts again.
const PORTS: std::ops::Range<u16> = 20_000..30_000;

/// A server of its own, on a port that it keeps. It is removed, with its data, when this is dropped.
#[derive(Debug)]
pub struct Exclusive {
    container: ContainerAsync<GenericImage>,
    address: SocketAddr,
    name: &'static str,
    greeting: Greeting,
}

impl Exclusive {
    /// Start it, and wait until it answers.
    pub(crate) async fn start_new(
        name: &'static str,
        image: impl Fn() -> ContainerRequest<GenericImage>,
        port: ContainerPort,
        greeting: Greeting,
    ) -> Result<Self, TestcontainersError> {
        let mut refusal = None;
        for outside in free_ports().take(3) {
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, outside));
            match on_this_machine(image(), &[(port, Some(outside))]).start().await {
                Ok(container) => {
                    greeting.wait(name, address).await;
                    return Ok(Self { container, address, name, greeting });
                }
                // another test may have been faster
                Err(error) => refusal = Some(error),
            }
        }
        Err(refusal.unwrap_or_else(|| TestcontainersError::other("there is no free port")))
    }

    /// Where it listens, all its life.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// End it as a crash or a power cut does: it gets no chance to do anything (SIGKILL).
    ///
    /// # Panics
    /// When Docker does not do it.
    pub async fn kill_9(&self) {
        let docker = Docker::connect_with_defaults().expect("Docker answered when the container was started");
        let killed = docker.kill_container(self.container.id(), None::<KillContainerOptions>).await;
        killed.unwrap_or_else(|error| panic!("{} cannot be killed: {error}", self.name));
    }

    /// Start it again after [`kill_9`](Self::kill_9), on the same data, and wait until it answers.
    ///
    /// # Panics
    /// When it does not.
    pub async fn start_again(&self) {
        self.container.start().await.unwrap_or_else(|error| panic!("{} cannot be started again: {error}", self.name));
        self.greeting.wait(self.name, self.address).await;
    }

    /// Let it hang: connections stay open and nobody answers.
    ///
    /// # Panics
    /// When Docker does not do it.
    pub async fn pause(&self) {
        self.container.pause().await.unwrap_or_else(|error| panic!("{} cannot be paused: {error}", self.name));
    }

    /// Let it go on after [`pause`](Self::pause).
    ///
    /// # Panics
    /// When Docker does not do it.
    pub async fn go_on(&self) {
        self.container.unpause().await.unwrap_or_else(|error| panic!("{} cannot go on: {error}", self.name));
    }
}

fn free_ports() -> impl Iterator<Item = u16> {
    // each test is a process, so that two of them begin at different places
    let start = PORTS.start + u16::try_from(std::process::id() * 7 % u32::from(PORTS.end - PORTS.start)).unwrap_or(0);
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    (start..PORTS.end).chain(PORTS.start..start).filter(is_free)
}
