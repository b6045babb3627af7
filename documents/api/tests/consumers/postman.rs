//! The Postman collection: made from `swagger.yaml`, and run by newman against the real service.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use testbed::process::{Program, Running};
use testbed::tools;

use crate::documents::{Documents, TOKEN};

/// Where `cargo xtask test` puts newman and openapi-to-postmanv2.
const FOLDER: &str = "postman";

/// How long newman may take on a busy machine.
const LIMIT: Duration = Duration::from_mins(1);

const SIZE: usize = 300_000;

fn node() -> Program {
    Program::new(tools::of_debian("node", "nodejs")).env("NODE_PATH", tools::node_modules(FOLDER))
}

fn kept() -> PathBuf {
    tools::file("documents/api/postman_collection.json")
}

/// Let newman go the walk of a collection; how that ended, and what it said.
fn walk(collection: &Path, documents: &Documents, password: &str) -> (ExitStatus, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Été.bin");
    std::fs::write(&file, (0..=255).cycle().take(SIZE).collect::<Vec<u8>>()).unwrap();
    let program = node().arg(tools::node_modules(FOLDER).join("newman/bin/newman.js")).arg("run").arg(collection);
    let program = program.args(["--folder", "A walk", "--color", "off", "--disable-unicode"]);
    let program = program.arg("--working-dir").arg(folder.path());
    let variables = [
        ("baseUrl", documents.service.url("")),
        ("apiToken", TOKEN.to_owned()),
        ("password", password.to_owned()),
        ("file", file.display().to_string()),
        ("size", SIZE.to_string()),
    ];
    let program = variables.iter().fold(program, |program, (name, value)| {
        // those of an environment win over those of the collection
        program.arg("--env-var").arg(format!("{name}={value}"))
    });
    let mut running: Running = program.spawn();
    let status = running.wait_within(LIMIT);
    (status, running.stdout())
}

#[test]
fn the_collection_is_the_one_made_from_the_document() {
    let script = tools::file("documents/api/tests/consumers/postman/make.js");
    let mut running = node().arg(script).arg(tools::file("documents/api/swagger.yaml")).spawn();
    let status = running.wait_within(LIMIT);
    assert!(status.success(), "{}", running.stderr());
    let made = running.stdout();
    if std::fs::read_to_string(kept()).unwrap_or_default() != made {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postman_collection.json");
        std::fs::write(&place, made).unwrap();
        panic!("{} is another than the one made from swagger.yaml: cp {} {0}", kept().display(), place.display());
    }
}

#[test]
fn newman_walks_from_a_login_to_the_deletion_of_a_file() {
    let (status, said) = walk(&kept(), &Documents::start(), "correct horse battery staple");
    assert!(status.success(), "{said}");
    // sixteen requests, each with two tests or three
    assert!(said.contains("requests") && said.contains("What happened, in order"), "{said}");
}

#[test]
fn newman_fails_when_an_answer_is_wrong() {
    let documents = Documents::start();
    // a status: no user has such a password
    let (status, said) = walk(&kept(), &documents, "short");
    assert!(!status.success() && said.contains("status 201"), "{said}");
    // a schema: as if the document promised texts where the service sends numbers
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("collection.json");
    let text = std::fs::read_to_string(kept()).unwrap();
    let promises = r#"\"seq\":{\"type\":\"integer\"}"#;
    assert!(text.contains(promises), "the collection tells what a change has");
    std::fs::write(&other, text.replace(promises, r#"\"seq\":{\"type\":\"string\"}"#)).unwrap();
    let (status, said) = walk(&other, &documents, "correct horse battery staple");
    assert!(!status.success() && said.contains("the schema of the document"), "{said}");
}
