//! `polyops up`: everything, from the first port to the last request that is drained.

use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::time::Duration;

use chassis::StartError;
use chassis::ids::{Ids, RandomIds};
use chassis::service::Foundation;
use chassis::{descriptors, telemetry};
use events::Broker;
use futures_util::future::{join_all, select_all};
use secrecy::ExposeSecret;
use tokio::time::{Instant, sleep};

use crate::cli::Up;
use crate::data::Folder;
use crate::demo::{self, Demo};
use crate::members::{Member, Turn};
use crate::probe::{self, Health};
use crate::running::Running;
use crate::signals::StopSignal;
use crate::table::Table;
use crate::wiring::{BUS, Wiring, reached_at};
use crate::{block_on, ports};

/// How often a service that starts is asked whether it is ready.
const ASK_EVERY: Duration = Duration::from_millis(10);

/// Start everything, and serve until told to stop.
///
/// # Errors
/// When something cannot be had, or a service does not start or go on; what had started is ended before.
pub fn run(up: &Up) -> Result<ExitCode, StartError> {
    let started = Instant::now();
    let members = up.selection.members();
    let demo_refusal = up.demo.then(|| demo::refusal(&members)).flatten();
    if let Some(refusal) = demo_refusal {
        return Err(refusal.into());
    }
    // the ports before the data: a start that fails must not have moved anything
    let listeners = ports::take(up.selection.host, up.selection.port_offset, &members)?;
    let mut folder = Folder::open(&up.data)?;
    let is_half_told = demo::was_interrupted(folder.path());
    if is_half_told && !up.demo && !up.fresh {
        return Err(demo::interrupted(folder.path()).into());
    }
    if up.fresh || is_half_told {
        folder.begin_anew()?;
    }
    let demo = if up.demo { Some(Demo::of(&folder)?) } else { None };
    // until the end: the last spans are sent when it is dropped
    let _telemetry = telemetry::init(&up.telemetry, env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
    if let Some(place) = &folder.moved_to {
        tracing::info!("what was in {} is in {} now", folder.path().display(), place.display());
    }
    descriptors::take_all();
    let token = up.api_token.clone().unwrap_or_else(|| RandomIds.secret().into());
    let plan = Plan { up, folder: &folder, members, wiring: Wiring::of(up, token), demo, started };
    block_on(plan.carry_out(listeners)).map(|()| ExitCode::SUCCESS)
}

/// What is to be started.
struct Plan<'a> {
    up: &'a Up,
    folder: &'a Folder,
    members: Vec<Member>,
    wiring: Wiring,
    demo: Option<Demo>,
    started: Instant,
}

/// What runs, and the bus that it shares.
struct House {
    running: Vec<Running>,
    broker: Broker,
}

impl Plan<'_> {
    async fn carry_out(self, listeners: Vec<TcpListener>) -> Result<(), StartError> {
        let mut stop = StopSignal::listen()?;
        let broker = Broker::open(&BUS.parse()?, &Foundation::default());
        let mut house = House { running: Vec::new(), broker };
        let served = self.serve(&mut house, listeners, &mut stop).await;
        house.stop().await;
        served
    }

    /// Returns when somebody asks to stop; an error when something fails.
    async fn serve(
        &self,
        house: &mut House,
        listeners: Vec<TcpListener>,
        stop: &mut StopSignal,
    ) -> Result<(), StartError> {
        // nobody says anything before all listen
        let silence = house.broker.hold();
        let new_admin = !self.folder.path().join("users.db").exists();
        for (member, listener) in self.members.iter().zip(listeners) {
            let running = member.launch(&self.wiring, self.foundation(member), listener);
            house.running.push(running.map_err(|error| format!("{} cannot be started: {error}", member.name))?);
        }
        let addresses = house.addresses();
        tokio::select! {
            () = all_ready(&addresses) => {}
            failure = house.failure() => return Err(failure),
            () = stop.wait() => return Ok(()),
        }
        drop(silence);
        if let Some(demo) = &self.demo {
            tokio::select! {
                told = demo.tell(&self.wiring) => told?,
                failure = house.failure() => return Err(failure),
                () = stop.wait() => return Ok(()),
            }
        }
        self.show(&addresses, new_admin);
        let live = async {
            match &self.demo {
                Some(demo) => demo.live(&self.wiring).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = live => Ok(()),
            failure = house.failure() => Err(failure),
            () = stop.wait() => Ok(()),
        }
    }

    fn foundation(&self, member: &Member) -> Foundation {
        match &self.demo {
            Some(demo) => Foundation { clock: demo.clock_of(member), ..Foundation::default() },
            None => Foundation::default(),
        }
    }

    fn show(&self, addresses: &[SocketAddr], new_admin: bool) {
        let names = self.members.iter().map(Member::title);
        let table = Table {
            services: names.zip(addresses.iter().copied()).collect(),
            took: self.started.elapsed(),
            data: self.folder.path(),
            new_token: self.up.api_token.is_none().then(|| self.wiring.token.expose_secret()),
            new_admin: new_admin && self.members.iter().any(|member| member.name == "users"),
            demo: self.demo.as_ref().map(Demo::summary),
        };
        // to the terminal, not to the log: logs are kept and sent on
        println!("{}", table.text());
    }
}

impl House {
    fn addresses(&self) -> Vec<SocketAddr> {
        self.running.iter().map(|service| reached_at(service.address.ip(), service.address.port())).collect()
    }

    /// Returns when a service ends that nobody has told to: the sentence says why.
    async fn failure(&mut self) -> StartError {
        if self.running.is_empty() {
            return std::future::pending().await;
        }
        let ends = self.running.iter_mut().map(|service| Box::pin(service.ended()));
        let (end, place, _) = select_all(ends).await;
        let service = self.running.remove(place);
        let reason = end.err().unwrap_or_else(|| "nobody knows why".to_owned());
        format!("{} has ended: {reason}", service.name).into()
    }

    /// End everything: who says something first, and who listens last.
    async fn stop(mut self) {
        for turn in Turn::ALL {
            // what a straggler says now stays in its outbox, and is told at the next start: soon nobody hears it
            let silence = (turn == Turn::Listens).then(|| self.broker.hold());
            let now = self.running.iter_mut().filter(|service| service.turn == turn);
            join_all(now.map(end)).await;
            drop(silence);
        }
    }
}

async fn end(service: &mut Running) {
    service.stop();
    if let Err(reason) = service.ended().await {
        tracing::error!(service = service.name, reason, "it did not end well");
    }
}

async fn all_ready(addresses: &[SocketAddr]) {
    join_all(addresses.iter().map(|address| ready(*address))).await;
}

async fn ready(address: SocketAddr) {
    while probe::ask(address).await != Health::Ready {
        sleep(ASK_EVERY).await;
    }
}
