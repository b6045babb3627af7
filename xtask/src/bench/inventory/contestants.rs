//! What is measured: our service, its limit and its peers, each with the command that starts it on one core.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::super::contestant::{self, BareActix, Contestant};
use crate::{tools, workspace};

/// The token that the measured service is given, and that the writers show.
pub const TOKEN: &str = "the-benchmark-writes-with-this-api-token";

/// The programs that we build.
pub struct Built {
    service: PathBuf,
    /// The limit.
    pub bare: BareActix,
}

impl Built {
    /// Build them.
    ///
    /// # Errors
    /// When they do not build.
    pub fn now() -> Result<Self> {
        let (folder, bare) = contestant::build(&["inventory-api"])?;
        Ok(Self { service: folder.join("inventory-api"), bare })
    }

    /// Our service with all that it does by default, on the SQLite file `database`.
    pub fn inventory(&self, name: &str, database: &Path) -> Contestant {
        let variables = [
            ("HOST", "127.0.0.1".to_owned()),
            ("PORT", "{port}".to_owned()),
            ("DATABASE_URL", format!("sqlite:{}", database.display())),
            ("API_TOKEN", TOKEN.to_owned()),
        ];
        Contestant {
            name: name.to_owned(),
            program: self.service.clone(),
            arguments: vec![],
            environment: variables.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        }
    }
}

/// The servers in Python that answer the same list: the course's reference under two servers, and FastAPI.
///
/// # Errors
/// When their packages cannot be installed.
pub fn peers() -> Result<Vec<Contestant>> {
    let flask = python("flask", include_str!("../../../../tests/bench/flask/requirements.txt"))?;
    let fastapi = python("fastapi", include_str!("../../../../tests/bench/fastapi/requirements.txt"))?;
    let app = |name: &str| workspace::root().join("tests/bench").join(name).display().to_string();
    let peer = |name: &str, program: PathBuf, arguments: &[&str]| Contestant {
        name: name.to_owned(),
        program,
        arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
        // no `__pycache__` beside the sources
        environment: vec![("PYTHONDONTWRITEBYTECODE".to_owned(), "1".to_owned())],
    };
    Ok(vec![
        peer(
            "FastAPI, uvicorn",
            fastapi.join("uvicorn"),
            &["--app-dir", &app("fastapi"), "--host=127.0.0.1", "--port={port}", "--no-access-log", "main:app"],
        ),
        peer(
            "Flask, gunicorn",
            flask.join("gunicorn"),
            &["--chdir", &app("flask"), "--bind=127.0.0.1:{port}", "--workers=1", "--no-control-socket", "main:app"],
        ),
        peer(
            "Flask, flask run",
            flask.join("flask"),
            &["--app", &format!("{}/main.py", app("flask")), "run", "--host=127.0.0.1", "--port={port}"],
        ),
    ])
}

/// The folder with the programs of a virtual environment that holds `requirements`.
fn python(name: &str, requirements: &str) -> Result<PathBuf> {
    tools::python(&format!("bench-{name}"), &pins(requirements))
}

/// The lines of a requirements file that are not comments.
fn pins(requirements: &str) -> Vec<&str> {
    requirements.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_is_pinned_to_one_version() {
        for requirements in [
            include_str!("../../../../tests/bench/flask/requirements.txt"),
            include_str!("../../../../tests/bench/fastapi/requirements.txt"),
        ] {
            let pins = pins(requirements);
            assert!(pins.len() > 2 && pins.iter().all(|pin| pin.matches("==").count() == 1), "{pins:?}");
        }
    }

    #[test]
    fn flask_is_the_version_of_the_course() {
        assert!(pins(include_str!("../../../../tests/bench/flask/requirements.txt")).contains(&"Flask==3.0.0"));
    }
}
