//! The backup as a process of its own, and what its commands say.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use testbed::client::Client;
use testbed::process::{Program, Running};
use testbed::service::TOKEN;
use testbed::wait;

/// How long anything may take on a busy machine.
pub const SOON: Duration = Duration::from_secs(30);

/// A folder for a backup. It goes with its value.
pub struct Backup {
    folder: TempDir,
}

/// What a command said.
pub struct Said {
    pub well: bool,
    pub out: String,
    pub err: String,
}

impl Backup {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    /// The program, which backs up what is there.
    pub fn program(&self, documents: &str) -> Program {
        self.with_environment(Program::new(env!("CARGO_BIN_EXE_documents-backup")), documents)
    }

    /// What every program here is told.
    pub fn with_environment(&self, program: Program, documents: &str) -> Program {
        program
            .env("DOCUMENTS_URL", documents)
            .env("DOCUMENTS_TOKEN", TOKEN)
            .env("BACKUP_FOLDER", self.path())
            .env("POLL_SECONDS", "1")
            .env("API_TOKEN", TOKEN)
            .env("LOG_LEVEL", "info")
    }

    /// Start it.
    pub fn start(&self, documents: &str) -> Running {
        self.program(documents).start()
    }

    /// What one of its commands says, with nothing but the folder.
    pub fn command(&self, arguments: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_documents-backup"))
            .args(arguments)
            .env_clear()
            .env("BACKUP_FOLDER", self.path())
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { well: output.status.success(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The files of a moment.
    pub fn list(&self, at: Option<&str>) -> Vec<Value> {
        let mut arguments = vec!["list", "--json"];
        arguments.extend(at.map(|at| ["--at", at]).into_iter().flatten());
        let said = self.command(&arguments);
        assert!(said.well, "{}", said.err);
        serde_json::from_str(&said.out).unwrap()
    }

    /// Where the content with this checksum lies.
    pub fn content(&self, sha256: &str) -> PathBuf {
        self.path().join("content").join(&sha256[..2]).join(&sha256[2..])
    }

    /// Every file in the folder of contents.
    pub fn contents(&self) -> Vec<PathBuf> {
        files(&self.path().join("content"))
    }

    /// Where files can be restored to.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Every file below this folder, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// Who may see its history.
pub fn client(running: &Running) -> Client {
    Client::of(running.address()).as_(TOKEN)
}

/// What was copied last; none when nothing was.
pub async fn last(running: &Running) -> Option<Value> {
    let page = client(running).get("/api/v1/history?limit=1").await.expect(200).json();
    page.as_array().unwrap().first().cloned()
}

/// Wait until this change is copied.
pub async fn copied(running: &Running, seq: i64) {
    let there = async || last(running).await.is_some_and(|entry| entry["seq"] == seq).then_some(());
    wait::until_async(&format!("change {seq} to be copied"), SOON, there).await;
}

/// Wait until it says that this part of it has failed; empty: none.
pub async fn stands(running: &Running, failed: &str) {
    let expected = if failed.is_empty() { String::new() } else { format!("Not ready: {failed}") };
    let there = async || {
        let answer = client(running).get("/readyz").await;
        let said =
            if answer.status == 200 { String::new() } else { answer.json()["error"].as_str().unwrap().to_owned() };
        (said == expected).then_some(())
    };
    wait::until_async(&format!("readiness to say {failed:?}"), SOON, there).await;
}

/// One of its figures.
async fn figure(running: &Running, name: &str) -> f64 {
    let text = client(running).get("/metrics").await.expect(200).body;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
}

/// Wait until one of its figures is this: it is set a moment after what it tells of.
pub async fn reaches(running: &Running, name: &str, value: f64) {
    let there = async || ((figure(running, name).await - value).abs() < 0.1).then_some(());
    wait::until_async(&format!("{name} to be {value}"), SOON, there).await;
}
