//! What is measured: the documents API, the notifications and the backup, each a program of its own, with folders of their
//! own in each round.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use serde::Deserialize;

use super::super::contestant::{self, Contestant};
use super::super::documents::transfer::TOKEN;
use super::super::lab::Lab;
use super::super::server::{Server, free_port};
use super::super::usage::Usage;
use crate::stopwatch::Stopwatch;

/// As its log is called, too.
const BACKUP: &str = "documents-backup";

/// How long the backup may take to have all, and how often its log is looked at while nothing is measured any more.
const PATIENCE: Duration = Duration::from_mins(2);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The programs that we build.
pub struct Built(PathBuf);

/// The three, running. They end when this is dropped.
pub struct House {
    /// Where files go.
    pub api: Server,
    backup: Server,
    _notifications: Server,
    log: PathBuf,
}

/// A line of the backup's log: that a change is in the catalogue, and the catalogue on the disk.
#[derive(Deserialize)]
struct Line {
    timestamp: Timestamp,
    message: String,
    #[serde(default)]
    fields: Fields,
}

#[derive(Default, Deserialize)]
struct Fields {
    file: Option<u64>,
}

impl Built {
    /// Build them.
    ///
    /// # Errors
    /// When they do not build.
    pub fn now() -> Result<Self> {
        let (folder, _) = contestant::build(&["documents-api", "documents-notifications", BACKUP])?;
        Ok(Self(folder))
    }

    /// Start them, on folders that nobody has used, and wait until the backup listens.
    ///
    /// # Errors
    /// When one does not start.
    pub fn start(&self, lab: &Lab, round: u32) -> Result<House> {
        let file = |name: &str| lab.file(&format!("{name}-{round}")).display().to_string();
        let (api, notifications) = (free_port()?, free_port()?);
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let start = |name: &str, port: u16, also: &[(&str, String)]| {
            let all = [("HOST", "127.0.0.1"), ("PORT", "{port}"), ("WORKERS", "1"), ("API_TOKEN", TOKEN)];
            let all = all.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let also = also.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
            let environment = all.into_iter().chain(also).collect();
            let program = self.0.join(name);
            let contestant = Contestant { name: name.to_owned(), program, arguments: vec![], environment };
            Server::start_on(port, &contestant, lab.folder(), lab.cores, &lab.http)
        };
        let quiet = ("LOG_LEVEL", "error".to_owned());
        let told = [quiet.clone(), ("DOCUMENTS_URL", url(api))];
        let telling = start("documents-notifications", notifications, &told)?;
        let database = format!("sqlite:{}", file("documents.db"));
        let asked = [
            quiet,
            ("DATABASE_URL", database),
            ("CONTENT_FOLDER", file("content")),
            ("NOTIFICATIONS_URL", url(notifications)),
            ("NOTIFICATIONS_TOKEN", TOKEN.to_owned()),
        ];
        let documents = start("documents-api", api, &asked)?;
        let copying = [
            ("DOCUMENTS_URL", url(api)),
            ("DOCUMENTS_TOKEN", TOKEN.to_owned()),
            ("NOTIFICATIONS_URL", url(notifications)),
            ("NOTIFICATIONS_TOKEN", TOKEN.to_owned()),
            ("BACKUP_FOLDER", file("backup")),
            // a hint alone can be in time
            ("POLL_SECONDS", "3600".to_owned()),
            ("LOG_FORMAT", "json".to_owned()),
            ("LOG_LEVEL", "error,documents_backup=debug".to_owned()),
        ];
        let backup = start(BACKUP, free_port()?, &copying)?;
        let house = House { api: documents, backup, _notifications: telling, log: lab.file(&format!("{BACKUP}.log")) };
        let listens = |lines: &[Line]| lines.iter().any(|line| line.message == "listening to notifications");
        house.wait(listens).context("the backup does not listen")?;
        Ok(house)
    }
}

impl House {
    /// When each of so many files was copied.
    ///
    /// # Errors
    /// When they are not all copied in time.
    pub fn copied(&self, count: usize) -> Result<BTreeMap<u64, Timestamp>> {
        let files = |lines: &[Line]| lines.iter().filter(|line| line.message == "copied").count() >= count;
        let lines = self.wait(files).context("the backup has not copied all")?;
        let lines = lines.into_iter().filter(|line| line.message == "copied");
        Ok(lines.filter_map(|line| line.fields.file.map(|file| (file, line.timestamp))).collect())
    }

    /// What the backup takes.
    ///
    /// # Errors
    /// When it is gone.
    pub fn usage(&self) -> Result<Usage> {
        self.backup.usage()
    }

    fn wait(&self, enough: impl Fn(&[Line]) -> bool) -> Result<Vec<Line>> {
        let stopwatch = Stopwatch::start();
        loop {
            let lines = read(&self.log)?;
            if enough(&lines) {
                return Ok(lines);
            }
            ensure!(stopwatch.elapsed() < PATIENCE, "its log has {} lines after {PATIENCE:?}", lines.len());
            sleep(LOOK_EVERY);
        }
    }
}

/// Whole lines; the last one may be on its way.
fn read(log: &Path) -> Result<Vec<Line>> {
    let text = std::fs::read_to_string(log).with_context(|| format!("cannot read {}", log.display()))?;
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(|line| serde_json::from_str(line).with_context(|| format!("the backup said {line}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_on_its_way_is_not_read_yet() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let line = r#"{"timestamp":"2026-11-22T10:00:00.000250Z","message":"copied","fields":{"file":7}}"#;
        std::fs::write(&log, format!("{line}\n{}", &line[..20])).unwrap();
        let lines = read(log.path()).unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].fields.file, lines[0].timestamp.subsec_microsecond()), (Some(7), 250));
    }
}
