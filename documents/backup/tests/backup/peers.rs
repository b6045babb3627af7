//! The API and the notifications as processes of their own, each on a port that it keeps when it is killed.

use std::path::PathBuf;

use tempfile::TempDir;
use testbed::process::{Program, free_port};
use testbed::service::TOKEN;

/// Where they are, and what the API keeps.
pub struct Peers {
    folder: TempDir,
    api: u16,
    notifications: u16,
}

/// Built with the tests, into the folder beside theirs.
fn example() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().and_then(|deps| deps.parent()).unwrap().join("examples/peers");
    assert!(path.exists(), "{} is not there: `cargo nextest run -p documents-backup` builds it", path.display());
    path
}

impl Peers {
    pub fn new() -> Self {
        let (api, notifications) = (free_port().unwrap(), free_port().unwrap());
        Self { folder: tempfile::tempdir().unwrap(), api, notifications }
    }

    pub fn api_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.api)
    }

    pub fn notifications_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.notifications)
    }

    pub fn api(&self) -> Program {
        Program::new(example())
            .env("PEER", "documents-api")
            .env("DATABASE_URL", format!("sqlite:{}", self.folder.path().join("documents.db").display()))
            .env("CONTENT_FOLDER", self.folder.path().join("content"))
            .env("NOTIFICATIONS_URL", self.notifications_url())
            .env("NOTIFICATIONS_TOKEN", TOKEN)
            .env("API_TOKEN", TOKEN)
            .env("LOG_LEVEL", "error")
            .port(self.api)
    }

    pub fn notifications(&self) -> Program {
        Program::new(example())
            .env("PEER", "documents-notifications")
            .env("DOCUMENTS_URL", self.api_url())
            .env("API_TOKEN", TOKEN)
            .env("LOG_LEVEL", "error")
            .port(self.notifications)
    }
}
