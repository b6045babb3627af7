//! A client that has read nothing but `/openapi.json`: schemathesis makes requests of every kind that the document
//! allows, and of kinds that it forbids, and looks at each answer with all of its checks.
//!
//! What it is told beside the document is in `schemathesis/`, with the reason for each line.

use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use testbed::process::Program;

use crate::inventory::{Inventory, TOKEN};
use crate::tools;

/// Requests that are made at random for each operation; those for limits and combinations come on top. With 25 a run
/// makes more than a thousand requests in half a minute.
const EXAMPLES: u32 = 25;

/// How long that may take on a busy machine.
const LIMIT: Duration = Duration::from_mins(4);

/// What schemathesis says of a run, for programs.
struct Report(Value);

impl Report {
    fn of(inventory: &Inventory, header: Option<&str>) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let file = folder.path().join("report.json");
        let told = tools::file("inventory-api/tests/consumers/schemathesis");
        // the same requests in every run: a failure must not go away by itself
        let mut program = Program::new(tools::of_python("schemathesis"))
            .env("HOME", folder.path())
            .env("SCHEMATHESIS_HOOKS", told.join("hooks.py"))
            .env("HYPOTHESIS_STORAGE_DIRECTORY", folder.path())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg("--config-file")
            .arg(told.join("schemathesis.toml"))
            .args(["run", "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful"])
            .args(["--max-examples", &EXAMPLES.to_string(), "--generation-deterministic", "--continue-on-failure"])
            .args(["--no-color", "--report", "json", "--report-json-path"])
            .arg(&file);
        if let Some(header) = header {
            program = program.args(["--header", header]);
        }
        let mut run = program.arg(inventory.service.url("/openapi.json")).spawn();
        let status = run.wait_within(LIMIT);
        assert!(status.success(), "{status}\n{}{}", run.stdout(), run.stderr());
        let report = std::fs::read(&file).expect("it writes its report");
        Self(serde_json::from_slice(&report).expect("its report is JSON"))
    }

    fn number(&self, pointer: &str) -> u64 {
        self.0.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer} in {}", self.0))
    }

    /// That it has tried everything that it can, and that nothing was wrong.
    fn assert_complete(&self, operations: u64, cases: u64) {
        assert_eq!(self.number("/operations/tested"), operations, "{}", self.0["operations"]);
        for phase in ["examples", "coverage", "fuzzing", "stateful"] {
            assert_eq!(self.0["phases"][phase]["status"], "success", "{phase}");
        }
        assert!(self.number("/test_cases/generated") >= cases, "{}", self.0["test_cases"]);
        assert_eq!(self.0["failures"], serde_json::json!([]));
        assert_eq!(self.0["errors"], serde_json::json!([]));
    }
}

/// Operations in the document.
fn operations(inventory: &Inventory) -> u64 {
    let document = inventory.get("/openapi.json");
    let paths = document["paths"].as_object().expect("a document has paths").values();
    paths.map(|path| path.as_object().map_or(0, |methods| methods.len() as u64)).sum()
}

#[test]
fn the_service_does_what_its_document_says() {
    let inventory = Inventory::start();
    let report = Report::of(&inventory, Some(&format!("Authorization: Bearer {TOKEN}")));
    report.assert_complete(operations(&inventory), 500);
}

#[test]
fn a_stranger_is_told_so_as_the_document_says_and_changes_nothing() {
    let inventory = Inventory::start();
    let before = inventory.get("/api/v1/servers");
    Report::of(&inventory, None).assert_complete(operations(&inventory), 500);
    assert_eq!(inventory.get("/api/v1/servers"), before);
}
