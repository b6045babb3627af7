//! A `polyops up` that runs.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Deref;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use polyops::members;
use rustix::process::{Pid, Signal, kill_process};
use testbed::client::Client;
use testbed::process::{Program, Running, free_port};
use testbed::wait;

/// The token that may do everything.
pub const TOKEN: &str = "the-token-of-the-tests";

/// How long a start may take: a debug build that tells a story on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(2);

/// Everything, in a process of its own.
#[derive(Debug)]
pub struct House {
    running: Running,
    pub offset: u16,
}

/// The program, with what no test wants: nobody's feeds are read.
pub fn polyops() -> Program {
    Program::new(crate::PROGRAM).env("API_TOKEN", TOKEN).env("POLL_SECONDS", "0")
}

/// Added to the port of each service, it gives ports that nobody listens on now.
pub fn free_offset() -> u16 {
    let lowest = members::all().iter().map(|member| member.port).min().unwrap();
    let free = |offset: &u16| {
        members::all().iter().all(|member| {
            let port = member.port.checked_add(*offset);
            port.is_some_and(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
        })
    };
    (0..1000).filter_map(|_| free_port().ok()?.checked_sub(lowest)).find(free).expect("there are ports enough")
}

/// Where a service listens, with this added to its port.
pub fn address(offset: u16, name: &str) -> SocketAddr {
    let member = members::all().into_iter().find(|member| member.name == name).unwrap();
    SocketAddr::from((Ipv4Addr::LOCALHOST, member.port + offset))
}

impl House {
    /// Start everything on this data, and wait for the start table.
    pub fn start(data: &Path) -> Self {
        Self::with(data, |program| program)
    }

    /// As [`start`](Self::start), with more to be said.
    pub fn with(data: &Path, more: impl Fn(Program) -> Program) -> Self {
        // a port that was free may be gone when the program asks for it: then others
        for _ in 0..5 {
            match Self::at(free_offset(), data, &more) {
                Ok(house) => return house,
                Err(said) => assert!(said.contains("is taken by"), "it ended at its start: {said}"),
            }
        }
        panic!("no free ports in five attempts");
    }

    /// As [`with`](Self::with), with this added to the ports: what it said when it ended at its start.
    pub fn at(offset: u16, data: &Path, more: impl Fn(Program) -> Program) -> Result<Self, String> {
        let program = more(polyops().arg("up").arg("--data").arg(data));
        let mut running = program.arg("--port-offset").arg(offset.to_string()).spawn();
        let ready = wait::until("the start table", START_LIMIT, || {
            if running.stdout().contains("PolyOps is ready after") {
                return Some(true);
            }
            running.has_ended().then_some(false)
        });
        if ready {
            return Ok(Self { running, offset });
        }
        let status = running.wait();
        Err(format!("{status}:\n{}", running.stderr()))
    }

    /// Where a service listens.
    pub fn address(&self, name: &str) -> SocketAddr {
        address(self.offset, name)
    }

    /// One who may do everything in this service.
    pub fn client(&self, name: &str) -> Client {
        Client::of(self.address(name)).as_(TOKEN)
    }

    /// Press Ctrl-C.
    pub fn interrupt(&self) {
        let id = Pid::from_raw(i32::try_from(self.running.id()).unwrap()).unwrap();
        kill_process(id, Signal::INT).unwrap();
    }

    /// Wait until it has ended.
    pub fn end(&mut self) -> ExitStatus {
        self.running.wait()
    }

    /// End it as a power cut does.
    pub fn kill_9(mut self) {
        self.running.kill_9();
    }

    /// End it as a person does, and see that it ended well.
    pub fn stop(mut self) {
        self.interrupt();
        let status = self.end();
        assert!(status.success(), "{status}: {}", self.stderr());
    }
}

impl Deref for House {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}
