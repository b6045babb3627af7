//! The databases that the suite runs on: each test is written once and runs on all of them.

use tempfile::TempDir;
use testbed::chaos_proxy::ChaosProxy;
use testbed::{mariadb, postgres};

/// An empty database and an empty folder for content, gone with their value.
pub struct Storage {
    database: Database,
    pub folder: TempDir,
}

enum Database {
    Sqlite,
    Postgres(postgres::Database),
    MariaDb(mariadb::Database),
}

impl Storage {
    pub fn sqlite() -> Self {
        Self::of(Database::Sqlite)
    }

    pub async fn postgres() -> Self {
        Self::of(Database::Postgres(postgres::database().await))
    }

    pub async fn mariadb() -> Self {
        Self::of(Database::MariaDb(mariadb::database().await))
    }

    fn of(database: Database) -> Self {
        Self { database, folder: tempfile::tempdir().unwrap() }
    }

    /// For `DATABASE_URL`.
    pub fn url(&self) -> String {
        match &self.database {
            Database::Sqlite => format!("sqlite:{}", self.folder.path().join("documents.db").display()),
            Database::Postgres(database) => database.url(),
            Database::MariaDb(database) => database.url(),
        }
    }

    /// A network before the database, which fails on command, and the address through it; `None` where there is no network.
    pub fn network(&self) -> Option<(ChaosProxy, String)> {
        let address = match &self.database {
            Database::Sqlite => return None,
            Database::Postgres(database) => database.address(),
            Database::MariaDb(database) => database.address(),
        };
        let network = ChaosProxy::start(address).unwrap();
        let url = self.url().replace(&format!(":{}/", address.port()), &format!(":{}/", network.address().port()));
        Some((network, url))
    }

    /// For `CONTENT_FOLDER`.
    pub fn content(&self) -> std::path::PathBuf {
        self.folder.path().join("content")
    }

    /// The mark of the folder for content.
    pub fn mark(&self) -> std::path::PathBuf {
        self.content().join("epoch")
    }

    /// The files in the folder for content, without its mark: contents, and uploads that are under way.
    pub fn contents(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.content()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if !["lock", "epoch"].contains(&&*entry.file_name().to_string_lossy()) {
                    found.push(path.strip_prefix(self.content()).unwrap().display().to_string());
                }
            }
        }
        found.sort();
        found
    }
}

/// Makes of each `async fn(Storage)` three tests: `sqlite::name`, and two that need a container.
///
/// A function that is not listed is never called, and the compiler says so.
macro_rules! on_all_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::storage::Storage::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::storage::Storage::postgres().await).await;
            })+
        }
        mod mariadb {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::storage::Storage::mariadb().await).await;
            })+
        }
    };
}
pub(crate) use on_all_databases;
