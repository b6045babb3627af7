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

/// Bytes of a process's memory, by the kernel's name for them: `VmHWM` is the most that it has had, `RssFile` what it now has
/// of files, which is its program.
pub fn memory(running: &Running, name: &str) -> u64 {
    let status = std::fs::read_to_string(Path::new("/proc").join(running.id().to_string()).join("status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches([':', '\t', ' ']).strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}
