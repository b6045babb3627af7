//! A service that runs in this process: a thread and a runtime of its own, so that one that is busy holds up no other.

use std::net::{SocketAddr, TcpListener};

use actix_web::rt::System;
use chassis::server;
use chassis::service::{Foundation, Service, StartError, settings_of};
use tokio::sync::oneshot;

use crate::members::{Member, Turn};

/// A service that was started. It is told to stop when this is dropped.
#[derive(Debug)]
pub struct Running {
    /// What people call it.
    pub name: &'static str,
    /// When it ends.
    pub turn: Turn,
    /// Where it listens.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    end: oneshot::Receiver<Result<(), String>>,
}

/// Start a service on this listener.
///
/// # Errors
/// When one of its settings is wrong, or there is no thread for it.
pub fn launch<S: Service>(
    member: &Member,
    flags: Vec<String>,
    foundation: Foundation,
    listener: TcpListener,
) -> Result<Running, StartError> {
    let (settings, service) = settings_of::<S>(flags)?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let (tell, end) = oneshot::channel();
    let work = move || {
        let shutdown = async move { drop(stopped.await) };
        let served = System::new().block_on(server::serve::<S>(settings, service, foundation, listener, shutdown));
        // nobody listens any more when the start was given up
        let _ = tell.send(served.map_err(|error| error.to_string()));
    };
    std::thread::Builder::new().name(member.name.to_owned()).spawn(work)?;
    Ok(Running { name: member.name, turn: member.turn, address, stop: Some(stop), end })
}

impl Running {
    /// Tell it to stop: requests that are under way end first.
    pub fn stop(&mut self) {
        self.stop.take();
    }

    /// Returns when it has ended. To be waited for once.
    ///
    /// # Errors
    /// Why it could not be started, or could not go on.
    pub async fn ended(&mut self) -> Result<(), String> {
        // nothing was told: its thread ended in a panic, which has been printed
        (&mut self.end).await.unwrap_or_else(|_| Err("it has panicked: the reason stands above".to_owned()))
    }
}
