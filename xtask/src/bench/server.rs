//! A server under measurement: started on its own core, and ended whatever happens.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::contestant::Contestant;
use super::cores::Cores;
use super::http::Http;
use super::usage::{self, Usage};
use crate::command::{CommandExt, command};
use crate::stopwatch::Stopwatch;

/// A server that does not answer by then will not.
const START_LIMIT: Duration = Duration::from_secs(20);
/// Time to finish what it has begun, before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// A running server; it ends when this is dropped.
pub struct Server {
    process: Child,
    port: u16,
    /// From the start of the program to the end of its first answer.
    pub started_in: Duration,
}

impl Server {
    /// Start `contestant` on a free port of 127.0.0.1, and wait for its first answer. What it says goes into `folder`.
    ///
    /// # Errors
    /// When it does not start, ends, or does not answer: with the end of what it said.
    pub fn start(contestant: &Contestant, folder: &Path, cores: Cores, http: &Http) -> Result<Self> {
        Self::start_on(free_port()?, contestant, folder, cores, http)
    }

    /// The same, on this port.
    ///
    /// # Errors
    /// As above.
    pub fn start_on(port: u16, contestant: &Contestant, folder: &Path, cores: Cores, http: &Http) -> Result<Self> {
        let log = folder.join(format!("{}.log", contestant.name.replace(' ', "-")));
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut program = call(contestant, port, cores);
        program.current_dir(folder).stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);

        let stopwatch = Stopwatch::start();
        let process = program.spawn().context("cannot start `taskset`: is util-linux installed?")?;
        let mut server = Self { process, port, started_in: Duration::ZERO };
        while http.get(&server.url("/api/v1/health")).is_err() {
            if let Some(status) = server.process.try_wait()? {
                bail!("{} ended at its start, with {status}; it said:\n{}", contestant.name, tail(&log));
            }
            if stopwatch.elapsed() > START_LIMIT {
                bail!("{} gave no answer for {START_LIMIT:?}; it said:\n{}", contestant.name, tail(&log));
            }
            // the error of the measured start-up time, and little work for the core that polls
            sleep(Duration::from_micros(200));
        }
        server.started_in = stopwatch.elapsed();
        Ok(server)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The address of a path on this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The same, for a program that listens on several ports: so many above its first.
    pub fn beside(&self, ports: u16, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port + ports)
    }

    /// What it and its children take.
    ///
    /// # Errors
    /// When it has ended.
    pub fn usage(&self) -> Result<Usage> {
        usage::of(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // the standard library can only kill, and a killed gunicorn leaves its worker behind
        command("sh").args(["-c", "kill -TERM \"$0\"", &self.process.id().to_string()]).succeeds();
        let stopwatch = Stopwatch::start();
        while stopwatch.elapsed() < STOP_LIMIT {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            sleep(Duration::from_millis(5));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `taskset` and `setpriv` replace themselves by the program, so its process id is the one that we start;
/// `--pdeathsig` ends it when we are killed ourselves and no `drop` runs.
fn call(contestant: &Contestant, port: u16, cores: Cores) -> Command {
    let port = port.to_string();
    let filled = |text: &str| text.replace("{port}", &port);
    let mut program = command("taskset");
    program
        .args(["--cpu-list", &cores.server.to_string(), "setpriv", "--pdeathsig", "KILL"])
        .arg(&contestant.program)
        .args(contestant.arguments.iter().map(|argument| filled(argument)))
        // no setting of the user's own changes what is measured
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs(contestant.environment.iter().map(|(name, value)| (name, filled(value))));
    program
}

/// A port that nobody listens on. Another program may take it before the server does: then its start fails, and says so.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

fn tail(log: &PathBuf) -> String {
    let said = fs::read(log).unwrap_or_default();
    let lines: Vec<String> = String::from_utf8_lossy(&said).lines().map(str::to_owned).collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contestant(script: &str) -> Contestant {
        Contestant {
            name: "a script".to_owned(),
            program: "sh".into(),
            arguments: vec!["-c".to_owned(), script.to_owned()],
            environment: vec![],
        }
    }

    #[test]
    fn a_server_that_ends_at_its_start_is_an_error_with_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let started =
            Server::start(&contestant("echo no such table; exit 3"), folder.path(), any_cores(), &Http::default());
        let error = started.err().expect("it cannot have started").to_string();
        assert!(error.contains("no such table") && error.contains("exit status: 3"), "{error}");
    }

    #[test]
    fn a_dropped_server_is_gone_with_its_port() {
        let folder = tempfile::tempdir().unwrap();
        // in Perl, which every Debian has
        let script = r#"use IO::Socket::INET;
            my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$ARGV[0]", Listen => 5) or die;
            while (my $client = $listener->accept) {
                while (<$client>) { last if /^\r\n$/ }
                print $client "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                close $client;
            }"#;
        let contestant = Contestant {
            name: "a small server".to_owned(),
            program: "perl".into(),
            arguments: ["-e", script, "{port}"].map(str::to_owned).to_vec(),
            environment: vec![],
        };
        let http = Http::default();
        let server = Server::start(&contestant, folder.path(), any_cores(), &http).unwrap();
        let url = server.url("/api/v1/health");
        assert!(server.usage().unwrap().resident > 1_000_000);
        assert!(server.started_in > Duration::ZERO);
        http.get(&url).unwrap();
        drop(server);
        assert!(http.get(&url).is_err());
    }

    /// The tests measure nothing: they may share a core.
    fn any_cores() -> Cores {
        Cores::take().unwrap_or(Cores { server: 0, load: 0 })
    }
}
