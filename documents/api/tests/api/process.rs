//! The service as a process of its own: for what only a process shows.

use std::path::Path;

use testbed::process::{Program, Running};
use testbed::service::TOKEN;

use crate::storage::Storage;

/// The program on this storage.
pub fn program(storage: &Storage) -> Program {
    with_environment(Program::new(env!("CARGO_BIN_EXE_documents-api")), storage)
}

/// What every program here is told.
pub fn with_environment(program: Program, storage: &Storage) -> Program {
    program
        .env("DATABASE_URL", storage.url())
        .env("CONTENT_FOLDER", storage.content())
        .env("API_TOKEN", TOKEN)
        .env("LOG_LEVEL", "warn")
}

/// The most memory that a process has had, in bytes, without the pages of its program: `VmHWM` less `RssFile`. The second
/// is of now, and can only have been more: so this is never too little by it.
pub fn peak_of_its_own(running: &Running) -> u64 {
    let status = std::fs::read_to_string(Path::new("/proc").join(running.id().to_string()).join("status")).unwrap();
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().strip_suffix(" kB").unwrap().trim().parse::<u64>().unwrap() * 1024
    };
    bytes("VmHWM:") - bytes("RssFile:")
}
