//! The four ways.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::super::contestant::{self, Contestant};
use super::super::lab::Lab;
use super::super::server::free_port;
use super::house::House;
use crate::workspace;

/// The token that all programs are given, and that we show.
pub const TOKEN: &str = "the-benchmark-writes-with-this-api-token";

/// The services, the one that clients speak to first and the one that copies last: what each is called, and its program.
const SERVICES: [(&str, &str); 3] =
    [("documents", "documents-api"), ("notifications", "documents-notifications"), ("backup", "documents-backup")];

/// How `polyops up` is told where to listen: the ports of its services lie so far above their usual ones.
const FIRST_PORT: u16 = 7000;

/// A way to build the application.
pub struct Way {
    /// As the tables call it.
    pub name: &'static str,
    /// The folders and files in which its code stands, below the root.
    pub code: &'static [&'static str],
    programs: PathBuf,
    start: fn(&Self, &Lab, &Path) -> Result<House>,
}

const SERVICE_CODE: &[&str] = &["documents/api/src", "documents/notifications/src", "documents/backup/src"];

impl Way {
    /// Build all programs, and say how each way is started.
    ///
    /// # Errors
    /// When they do not build.
    pub fn all() -> Result<Vec<Self>> {
        let services = SERVICES.map(|(_, program)| program);
        let (programs, _) = contestant::build(&[&services[..], &["polyops", "monolith", "mvc"]].concat())?;
        let way = |name, code, start| Self { name, code, programs: programs.clone(), start };
        Ok(vec![
            way("one file", &["labs/architectures/src/bin/monolith.rs"], Self::one_file),
            way(
                "model, view, controller",
                &["labs/architectures/src/bin/mvc", "labs/architectures/templates"],
                Self::mvc,
            ),
            way("three services, one process", SERVICE_CODE, Self::one_process),
            way("three services", SERVICE_CODE, Self::services),
        ])
    }

    /// Start it with nothing in it, in this folder.
    ///
    /// # Errors
    /// When a program does not start.
    pub fn start(&self, lab: &Lab, folder: &Path) -> Result<House> {
        (self.start)(self, lab, folder)
    }

    /// Bytes of its programs.
    ///
    /// # Errors
    /// When one is not there.
    pub fn program_bytes(&self) -> Result<u64> {
        let programs: &[&str] = match self.name {
            "one file" => &["monolith"],
            "model, view, controller" => &["mvc"],
            "three services" => &SERVICES.map(|(_, program)| program),
            _ => &["polyops"],
        };
        programs.iter().map(|program| Ok(std::fs::metadata(self.programs.join(program))?.len())).sum()
    }

    fn one_file(&self, lab: &Lab, folder: &Path) -> Result<House> {
        self.program("monolith", lab, folder)
    }

    fn mvc(&self, lab: &Lab, folder: &Path) -> Result<House> {
        self.program("mvc", lab, folder)
    }

    fn program(&self, name: &str, lab: &Lab, folder: &Path) -> Result<House> {
        let (port, backup) = (free_port()?, folder.join("backup"));
        let arguments = [("--data", folder.join("data")), ("--backup", backup.clone())];
        let arguments = arguments.iter().map(|(flag, path)| format!("{flag}={}", path.display())).collect();
        let environment = owned(&[("PORT", "{port}"), ("API_TOKEN", TOKEN)]);
        let contestant =
            Contestant { name: name.to_owned(), program: self.programs.join(name), arguments, environment };
        House::start(lab, vec![(port, contestant)], backup)
    }

    fn one_process(&self, lab: &Lab, folder: &Path) -> Result<House> {
        let port = loop {
            let port = free_port()?;
            if (FIRST_PORT..60_000).contains(&port) {
                break port;
            }
        };
        let names = SERVICES.map(|(name, _)| name).join(",");
        let contestant = Contestant {
            name: "polyops".to_owned(),
            program: self.programs.join("polyops"),
            arguments: vec![
                "up".to_owned(),
                format!("--only={names}"),
                format!("--data={}", folder.display()),
                format!("--port-offset={}", port - FIRST_PORT),
            ],
            environment: owned(&[("API_TOKEN", TOKEN), ("LOG_LEVEL", "error")]),
        };
        House::start(lab, vec![(port, contestant)], folder.join("backup"))
    }

    fn services(&self, lab: &Lab, folder: &Path) -> Result<House> {
        let [api, notifications, backup] = [free_port()?, free_port()?, free_port()?];
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let copies = folder.join("backup");
        let path = |name: &str| folder.join(name).display().to_string();
        std::fs::create_dir_all(folder)?;
        let all = [("HOST", "127.0.0.1"), ("PORT", "{port}"), ("API_TOKEN", TOKEN), ("LOG_LEVEL", "error")];
        let peers = [
            ("DOCUMENTS_URL".to_owned(), url(api)),
            ("DOCUMENTS_TOKEN".to_owned(), TOKEN.to_owned()),
            ("NOTIFICATIONS_URL".to_owned(), url(notifications)),
            ("NOTIFICATIONS_TOKEN".to_owned(), TOKEN.to_owned()),
            ("DATABASE_URL".to_owned(), format!("sqlite:{}", path("documents.db"))),
            ("CONTENT_FOLDER".to_owned(), path("documents")),
            ("BACKUP_FOLDER".to_owned(), copies.display().to_string()),
        ];
        let environment = [owned(&all), peers.to_vec()].concat();
        let contestant = |(_, program): (&str, &str)| Contestant {
            name: program.to_owned(),
            program: self.programs.join(program),
            arguments: vec![],
            environment: environment.clone(),
        };
        let parts = [api, notifications, backup].into_iter().zip(SERVICES.map(contestant)).collect();
        House::start(lab, parts, copies)
    }

    /// Files and lines of its code that are not empty.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn size(&self) -> Result<(usize, usize)> {
        let mut files = vec![];
        for place in self.code {
            collect(&workspace::root().join(place), &mut files)?;
        }
        let mut lines = 0;
        for file in &files {
            lines += std::fs::read_to_string(file)?.lines().filter(|line| !line.trim().is_empty()).count();
        }
        Ok((files.len(), lines))
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Every file in here.
fn collect(place: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if place.is_file() {
        files.push(place.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(place)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
