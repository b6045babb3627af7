//! OpenFeature's own programs: the SDKs with their providers for OFREP, and flagd's evaluators beside ours.

mod clients;
mod evaluators;
mod random;

use std::time::Duration;

use serde_json::Value;
use testbed::process::{Program, Running};
use testbed::tools;

const TOKEN: &str = "the-token-of-this-test";

/// How long a program may take on a busy machine.
const LIMIT: Duration = Duration::from_mins(1);

/// The service, with nothing in it, on memory.
fn start(fractional: &str) -> Running {
    let program = Program::new(env!("CARGO_BIN_EXE_polystatus-flags")).env("FRACTIONAL", fractional);
    program.env("STORE_URL", "memory:").env("API_TOKEN", TOKEN).env("LOG_LEVEL", "error").start()
}

/// Put these flags in the place of all.
fn import(service: &Running, set: &Value) {
    let request = ureq::put(service.url("/api/v1/flags/flagd")).header("Authorization", format!("Bearer {TOKEN}"));
    request.send_json(set).expect("the set is accepted");
}

/// A script of this folder, in Python.
fn python(script: &str) -> Program {
    Program::new(tools::of_python_in("openfeature-python", "python3"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(path(script))
}

/// A script of this folder, in Node.
fn node(script: &str) -> Program {
    let modules = tools::node_modules("openfeature-node");
    Program::new(tools::of_debian("node", "nodejs")).env("NODE_PATH", modules).arg(path(script))
}

fn path(script: &str) -> std::path::PathBuf {
    tools::file("polystatus/flags/tests/consumers/openfeature").join(script)
}

/// What it printed, once it has ended well.
fn printed(program: &Program) -> String {
    let mut running = program.spawn();
    let status = running.wait_within(LIMIT);
    assert!(status.success(), "{status}\n{}{}", running.stdout(), running.stderr());
    running.stdout()
}
