//! The databases that the suite runs on: each test is written once and runs on both.

use tempfile::TempDir;
use testbed::postgres::Database;

/// An empty database, gone with its value.
pub enum Storage {
    Sqlite(TempDir),
    Postgres(Database),
}

impl Storage {
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub async fn postgres() -> Self {
        Self::Postgres(testbed::postgres::database().await)
    }

    /// For `DATABASE_URL`.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("inventory.db").display()),
            Self::Postgres(database) => database.url(),
        }
    }
}

/// Makes of each `async fn(Storage)` two tests: `sqlite::name`, and `postgres::name`, which needs a container.
///
/// A function that is not listed is never called, and the compiler says so.
macro_rules! on_both_databases {
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
    };
}
pub(crate) use on_both_databases;
