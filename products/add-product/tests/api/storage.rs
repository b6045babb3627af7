//! The databases that the suites of the catalogue run on: each test is written once and runs on both.

use std::net::SocketAddr;

use tempfile::TempDir;
use testbed::mariadb;

/// An empty database, gone with its value.
pub enum Storage {
    Sqlite(TempDir),
    MariaDb(mariadb::Database),
}

impl Storage {
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub async fn mariadb() -> Self {
        Self::MariaDb(mariadb::database().await)
    }

    /// For `DATABASE_URL`.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("products.db").display()),
            Self::MariaDb(database) => database.url(),
        }
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        let url = self.url();
        let authority = url.split('@').nth(1).and_then(|rest| rest.split('/').next());
        authority.expect("a server's address is in its URL").parse().unwrap()
    }

    /// The same database by way of a proxy, which listens there.
    pub fn url_through(&self, proxy: SocketAddr) -> String {
        self.url().replace(&self.address().to_string(), &proxy.to_string())
    }
}

/// Makes of each `async fn(Storage)` two tests: `sqlite::name`, and `mariadb::name`, which needs a container.
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
        mod mariadb {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::storage::Storage::mariadb().await).await;
            })+
        }
    };
}
pub(crate) use on_both_databases;
