//! A client that has read nothing but `/openapi.json`: schemathesis makes requests of every kind that the document
//! allows, and of kinds that it forbids, and looks at each answer with all of its checks.
//!
//! What a service tells it beside the document lies in a folder: `schemathesis.toml`, and `hooks.py` where the document
//! cannot say everything; each line there has its reason.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Program, Running};
use crate::tools;

/// Requests that are made at random for each operation; those for limits and combinations come on top. With 25 a run
/// of ten operations makes more than a thousand requests in half a minute.
const EXAMPLES: u32 = 25;

/// How long that may take on a busy machine: less than nextest allows, see `.config/nextest.toml`.
const LIMIT: Duration = Duration::from_mins(5);

/// A run to be made.
#[derive(Debug)]
pub struct Schemathesis {
    folder: PathBuf,
    headers: Vec<String>,
    examples: u32,
    endless: Vec<String>,
}

impl Schemathesis {
    /// A run that is told what lies in this folder: from the repository's root.
    pub fn told_by(folder: &str) -> Self {
        Self { folder: tools::file(folder), headers: Vec::new(), examples: EXAMPLES, endless: Vec::new() }
    }

    /// Send this header with every request, as in `Authorization: Bearer …`.
    #[must_use]
    pub fn header(mut self, header: impl Into<String>) -> Self {
        self.headers.push(header.into());
        self
    }

    /// Make so many requests at random for each operation, instead of 25.
    #[must_use]
    pub fn examples(self, examples: u32) -> Self {
        Self { examples, ..self }
    }

    /// Leave out this path, whose answers have no end: it would wait for ever.
    #[must_use]
    pub fn without_endless(mut self, path: impl Into<String>) -> Self {
        self.endless.push(path.into());
        self
    }

    /// Let it loose on this service.
    ///
    /// # Panics
    /// When it is not installed, or finds that the service does not do what its document says: the message is its
    /// report.
    pub fn run(&self, service: &Running) -> Report {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let file = folder.path().join("report.json");
        let mut program = Program::new(tools::of_python("schemathesis"))
            .env("HOME", folder.path())
            .env("HYPOTHESIS_STORAGE_DIRECTORY", folder.path())
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let hooks = self.folder.join("hooks.py");
        if hooks.is_file() {
            program = program.env("SCHEMATHESIS_HOOKS", hooks);
        }
        // the same requests in every run: a failure must not go away by itself
        program = program
            .arg("--config-file")
            .arg(self.folder.join("schemathesis.toml"))
            .args(["run", "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful"])
            .args(["--max-examples", &self.examples.to_string(), "--generation-deterministic", "--continue-on-failure"])
            .args(["--no-color", "--report", "json", "--report-json-path"])
            .arg(&file);
        for header in &self.headers {
            program = program.args(["--header", header]);
        }
        for path in &self.endless {
            program = program.args(["--exclude-path", path]);
        }
        let mut run = program.arg(service.url("/openapi.json")).spawn();
        let status = run.wait_within(LIMIT);
        assert!(status.success(), "{status}\n{}{}", run.stdout(), run.stderr());
        let report = std::fs::read(&file).expect("it writes its report");
        Report {
            said: serde_json::from_slice(&report).expect("its report is JSON"),
            operations: operations(service, &self.endless),
        }
    }
}

/// What schemathesis says of a run, for programs.
#[derive(Debug)]
pub struct Report {
    said: Value,
    /// Operations in the document.
    operations: u64,
}

impl Report {
    /// That it has tried every operation in every way it knows, made at least so many requests, and that nothing was
    /// wrong.
    ///
    /// # Panics
    /// When that is not so.
    #[track_caller]
    pub fn assert_complete(&self, cases: u64) {
        assert_eq!(self.said["phases"]["stateful"]["status"], "success", "stateful");
        self.assert_complete_alone(cases);
    }

    /// The same of a document in which no answer leads to another operation: there is no walk to be tried.
    ///
    /// # Panics
    /// When that is not so.
    #[track_caller]
    pub fn assert_complete_alone(&self, cases: u64) {
        assert_eq!(self.number("/operations/tested"), self.operations, "{}", self.said["operations"]);
        for phase in ["examples", "coverage", "fuzzing"] {
            assert_eq!(self.said["phases"][phase]["status"], "success", "{phase}");
        }
        assert!(self.number("/test_cases/generated") >= cases, "{}", self.said["test_cases"]);
        assert_eq!(self.said["failures"], serde_json::json!([]));
        assert_eq!(self.said["errors"], serde_json::json!([]));
    }

    fn number(&self, pointer: &str) -> u64 {
        self.said.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer} in {}", self.said))
    }
}

/// Operations in the service's document, but for those at these paths.
fn operations(service: &Running, without: &[String]) -> u64 {
    let mut answer = ureq::get(service.url("/openapi.json")).call().expect("a service shows its document");
    let document: Value = answer.body_mut().read_json().expect("the document is JSON");
    let paths = document["paths"].as_object().expect("a document has paths").iter();
    let paths = paths.filter(|(path, _)| !without.contains(path));
    paths.map(|(_, item)| item.as_object().map_or(0, |methods| methods.len() as u64)).sum()
}
