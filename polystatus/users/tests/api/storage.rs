//! The storages that the suite runs on: each test is written once and runs on both.

use tempfile::TempDir;
use testbed::redis::Database;

/// An empty storage, gone with its value.
pub enum Storage {
    Sqlite(TempDir),
    Redis(Database),
}

impl Storage {
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub async fn redis() -> Self {
        Self::Redis(testbed::redis::database().await)
    }

    /// For `STORE_URL`.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("users.db").display()),
            Self::Redis(database) => database.url(),
        }
    }
}

/// Makes of each `async fn(Storage)` two tests: `sqlite::name`, and `redis::name`, which needs a container.
///
/// A function that is not listed is never called, and the compiler says so.
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
pub(crate) use on_both_storages;
