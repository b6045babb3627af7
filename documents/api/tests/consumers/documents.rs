//! The service as a process of its own, on a storage of its own.

use tempfile::TempDir;
use testbed::process::{Program, Running};

/// Its `API_TOKEN`.
pub const TOKEN: &str = testbed::service::TOKEN;

/// The service, and the folder that goes with it.
pub struct Documents {
    pub service: Running,
    _folder: TempDir,
}

impl Documents {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::new(env!("CARGO_BIN_EXE_documents-api"))
            .env("DATABASE_URL", format!("sqlite:{}", folder.path().join("documents.db").display()))
            .env("CONTENT_FOLDER", folder.path().join("content"))
            .env("API_TOKEN", TOKEN)
            // what it tries is no attack
            .env("ATTEMPTS_PER_MINUTE", "60000")
            .env("LOG_LEVEL", "error");
        Self { service: program.start(), _folder: folder }
    }
}
