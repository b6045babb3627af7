//! What is measured: our notifications, and the official server of Socket.IO in Node; and the load for both.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::super::contestant::{self, Contestant};
use super::super::figures::float;
use super::super::lab::Lab;
use super::LISTENERS;
use crate::command::{CommandExt, command};
use crate::{tools, workspace};

/// The token that the measured service is given, and that listeners show.
const TOKEN: &str = "the-benchmark-writes-with-this-api-token";

/// The programs that we build.
pub struct Built {
    folder: PathBuf,
    modules: PathBuf,
}

/// What the listeners say of a run.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Said {
    heard: u64,
    seconds: f64,
    lost: u64,
    closed: u64,
    /// In microseconds, as the next.
    half: f64,
    nearly_all: f64,
}

/// What was seen in one run.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Notifications heard in a second, all listeners together.
    pub per_second: f64,
    /// Seconds until half of all were heard.
    pub half: f64,
    /// Seconds until 99 in 100 were heard.
    pub nearly_all: f64,
    /// Notifications that were not heard, and listeners that were disconnected.
    pub lost: u64,
    /// The most resident bytes, all listeners connected.
    pub peak: f64,
    /// Seconds of processor time for one notification.
    pub processor: f64,
    /// The share of its core's time that the server took.
    pub share_of_core: f64,
}

impl Built {
    /// Build them, and install the peer.
    ///
    /// # Errors
    /// When they do not build.
    pub fn now() -> Result<Self> {
        let programs = tools::node("bench-socketio", &["socket.io@4.8.4"])?;
        let modules = programs.parent().context("npm's programs lie in a folder of its modules")?.to_owned();
        let (folder, _) = contestant::build(&["documents-notifications", "listeners"])?;
        Ok(Self { folder, modules })
    }

    /// Ours, as it runs by default but for the number of connections of one address.
    pub fn ours(&self) -> Contestant {
        let environment = [
            ("HOST", "127.0.0.1"),
            ("PORT", "{port}"),
            ("API_TOKEN", TOKEN),
            ("WORKERS", "1"),
            ("MAX_CONNECTIONS_PER_ADDRESS", "10000"),
        ];
        Contestant {
            name: "notifications".to_owned(),
            program: self.folder.join("documents-notifications"),
            arguments: vec![],
            environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        }
    }

    /// The official server.
    pub fn node(&self) -> Contestant {
        let script = workspace::root().join("tests/bench/notifications/server.cjs");
        Contestant {
            name: "Node, socket.io".to_owned(),
            program: "node".into(),
            arguments: vec![script.display().to_string(), "{port}".to_owned()],
            environment: vec![("NODE_PATH".to_owned(), self.modules.display().to_string())],
        }
    }

    /// One run, with so many changes under way.
    ///
    /// # Errors
    /// When the server or the listeners do not run.
    pub fn run(&self, lab: &Lab, contestant: &Contestant, under_way: u32) -> Result<Sample> {
        lab.announce(&contestant.name);
        let server = lab.start(contestant)?;
        let before = server.usage()?.processor;
        let address = server.url("");
        let said = command("taskset")
            .args(["--cpu-list", &lab.cores.load.to_string(), "setpriv", "--pdeathsig", "KILL"])
            .arg(self.folder.join("listeners"))
            .args([address.trim_start_matches("http://"), TOKEN, &LISTENERS.to_string(), &under_way.to_string()])
            .arg(lab.seconds.to_string())
            .read()
            .context("the listeners have failed")?;
        let said: Said = serde_json::from_str(&said).with_context(|| format!("the listeners said {said}"))?;
        ensure!(said.heard > 0, "nobody has heard anything");
        let usage = server.usage()?;
        lab.advance();
        // all of it: with the connecting, and a warm-up in which as much is heard in a second
        let processor = usage.processor.saturating_sub(before).as_secs_f64();
        let in_all = float(said.heard) * (said.seconds + 1.0) / said.seconds;
        Ok(Sample {
            per_second: float(said.heard) / said.seconds,
            half: said.half / 1e6,
            nearly_all: said.nearly_all / 1e6,
            lost: said.lost + said.closed,
            peak: float(usage.peak),
            processor: processor / in_all,
            share_of_core: (processor / (said.seconds + 1.0)).min(1.0),
        })
    }
}
