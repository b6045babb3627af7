//! The storages that a PolyStatus service's suite runs on: each test is written once and runs on both.

use tempfile::TempDir;

use crate::redis::{self, Database};

/// An empty storage, gone with its value.
#[derive(Debug)]
pub enum Storage {
    /// A file in a folder of its own.
    Sqlite(TempDir),
    /// A database of the suite's Redis.
    Redis(Database),
}

impl Storage {
    /// An empty file.
    #[must_use]
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    /// An empty database. Starts Redis if no test before has.
    pub async fn redis() -> Self {
        Self::Redis(redis::database().await)
    }

    /// For `STORE_URL`.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("store.db").display()),
            Self::Redis(database) => database.url(),
        }
    }
}

/// Makes of each `async fn(Storage)` two tests: `sqlite::name`, and `redis::name`, which needs a container.
///
/// A function that is not listed is never called, and the compiler says so.
#[macro_export]
macro_rules! on_both_storages {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::storage::Storage::sqlite()).await;
            })+
        }
        mod redis {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::storage::Storage::redis().await).await;
            })+
        }
    };
}
