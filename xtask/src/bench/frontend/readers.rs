//! Many who keep a page open: a program of its own, on the load generator's core.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::super::lab::Lab;
use super::super::server::Server;
use super::built::Built;
use crate::command::command;

/// Readers, until this is dropped.
pub struct Readers {
    process: Child,
    words: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

/// How long a word took to reach its readers, in microseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Seen {
    /// Half of them.
    pub half: f64,
    /// 99 in 100.
    pub nearly_all: f64,
    /// All.
    pub last: f64,
}

impl Readers {
    /// So many open the first page of this server.
    ///
    /// # Errors
    /// When the server turns one of them away.
    pub fn open(lab: &Lab, built: &Built, page: &Server, count: u32) -> Result<Self> {
        let address = page.url("");
        let mut program = command("taskset");
        program
            .args(["--cpu-list", &lab.cores.load.to_string(), "setpriv", "--pdeathsig", "KILL"])
            .arg(&built.readers)
            .args([address.trim_start_matches("http://"), "/stream?page=/", &count.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = program.spawn().context("cannot start the readers")?;
        let words = process.stdin.take().context("the readers have no input")?;
        let lines = BufReader::new(process.stdout.take().context("the readers have no output")?).lines();
        let mut readers = Self { process, words, lines };
        ensure!(readers.line()? == "open", "the readers did not open their streams");
        Ok(readers)
    }

    /// Have `say` tell the server this word, and wait until it has reached everyone.
    ///
    /// # Errors
    /// When it cannot be said, or a stream breaks.
    pub fn see(&mut self, word: &str, say: impl FnOnce() -> Result<()>) -> Result<Seen> {
        writeln!(self.words, "{word}").context("the readers have gone")?;
        ensure!(self.line()? == "looking", "the readers do not look");
        say()?;
        let seen = self.line()?;
        serde_json::from_str(&seen).with_context(|| format!("the readers said something else: {seen}"))
    }

    fn line(&mut self) -> Result<String> {
        Ok(self.lines.next().context("the readers have ended: what they said stands above")??)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
