//! A Docker daemon of our own, for machines where nothing starts one.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::Engine;
use crate::command::{CommandExt, command};
use crate::workspace;

/// How often we ask whether it answers.
const STEP: Duration = Duration::from_millis(200);
/// A daemon answers within a second or two; its first start on a slow disk takes longer.
const ANSWERS_WITHIN: Duration = Duration::from_mins(1);
const SECOND_LOOK: Duration = Duration::from_secs(5);
/// It stops its containers first, each of which may take ten seconds.
const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// A daemon that we started. It ends when this value does.
#[derive(Debug)]
pub(super) struct Daemon(Option<Child>);

/// Start the daemon and wait until it answers.
///
/// `None` where systemd has it in its care: it is then the machine's, and not ours to end.
pub(super) fn start(engine: &Engine) -> Result<Option<Daemon>> {
    if Path::new("/run/systemd/system").is_dir() {
        println!("  starting Docker with systemctl");
        command("systemctl").args(["start", "docker"]).quiet()?;
        wait_until(ANSWERS_WITHIN, || answers(engine))
            .then_some(None)
            .context("Docker does not answer, although systemd started it: see `journalctl -u docker`")
    } else {
        start_our_own(engine)
    }
}

fn start_our_own(engine: &Engine) -> Result<Option<Daemon>> {
    let log = workspace::target().join("docker.log");
    std::fs::create_dir_all(workspace::target())?;
    let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    // a session of its own: Ctrl-C in this terminal is for us, not for the daemon
    let child = command("setsid")
        .arg("dockerd")
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .context("cannot start dockerd")?;
    println!("  started dockerd (process {}), its log is {}", child.id(), log.display());
    let mut daemon = Daemon(Some(child));
    wait_until(ANSWERS_WITHIN, || answers(engine) || daemon.has_ended());
    // it ends at once when another is about to start: an install may start one, or a second task like this one
    if !wait_until(SECOND_LOOK, || answers(engine)) {
        bail!("dockerd does not answer; the end of {}:\n{}", log.display(), end_of(&log));
    }
    Ok(if daemon.has_ended() { None } else { Some(daemon) })
}

impl Daemon {
    /// Let it run on after us. Gives back its process id.
    pub(super) fn leave(mut self) -> u32 {
        self.0.take().map_or(0, |child| child.id())
    }

    fn has_ended(&mut self) -> bool {
        self.0.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let Some(id) = self.0.as_ref().map(Child::id) else { return };
        if self.has_ended() {
            return;
        }
        // `Child::kill` would be SIGKILL, which leaves its containers and mounts behind
        let asked = command("kill").arg(id.to_string()).succeeds();
        if asked && wait_until(ENDS_WITHIN, || self.has_ended()) {
            println!("  ended the dockerd that we started (process {id})");
        } else {
            eprintln!("  dockerd (process {id}) does not end: end it by hand");
        }
    }
}

fn answers(engine: &Engine) -> bool {
    engine.command().arg("version").succeeds()
}

/// Ask again and again until it holds, or until the time is over.
fn wait_until(bound: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let steps = bound.as_millis() / STEP.as_millis();
    (0..steps).any(|_| {
        let now = holds();
        if !now {
            sleep(STEP);
        }
        now
    })
}

fn end_of(log: &PathBuf) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}
