//! What can be set, beside what every service has.

use std::path::PathBuf;

use chassis::origin::TrustedProxies;
use secrecy::SecretString;

/// Settings of the documents API.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// Where users and files are listed: `sqlite:FILE`, `postgres://USER:PASSWORD@HOST/DATABASE` or `mysql://…`
    #[arg(
        long,
        env = "DATABASE_URL",
        value_name = "URL",
        hide_env_values = true,
        default_value = "sqlite:data/documents.db"
    )]
    pub database_url: DatabaseUrl,

    /// Folder in which the content of the files lies; several instances on one database share it
    #[arg(long, env = "CONTENT_FOLDER", value_name = "FOLDER", default_value = "data/documents")]
    pub content_folder: PathBuf,

    /// Bytes that a file may have at most
    #[arg(long, env = "MAX_FILE_BYTES", value_name = "BYTES", default_value_t = 5 << 30, value_parser = bytes)]
    pub max_file_bytes: i64,

    /// Bytes that all versions of all files of a user may have together, unless an admin sets another number for a user
    #[arg(long, env = "QUOTA_BYTES", value_name = "BYTES", default_value_t = 10 << 30, value_parser = bytes)]
    pub quota_bytes: i64,

    /// Uploads that may be under way at once: each holds a file open, and half a megabyte of memory
    #[arg(long, env = "UPLOADS_AT_ONCE", value_name = "N", default_value_t = 256, value_parser = transfers)]
    pub uploads_at_once: usize,

    /// Uploads that one user may have under way at once, or one network address with a token of the service
    #[arg(long, env = "UPLOADS_OF_ONE", value_name = "N", default_value_t = 32, value_parser = transfers)]
    pub uploads_of_one: usize,

    /// Downloads that may be under way at once: each holds a file open, and half a megabyte of memory
    #[arg(long, env = "DOWNLOADS_AT_ONCE", value_name = "N", default_value_t = 512, value_parser = transfers)]
    pub downloads_at_once: usize,

    /// Downloads that one user may have under way at once, or one network address with a token of the service
    #[arg(long, env = "DOWNLOADS_OF_ONE", value_name = "N", default_value_t = 64, value_parser = transfers)]
    pub downloads_of_one: usize,

    /// Days for which the content of a deleted file is kept, so that a backup can still read it
    #[arg(long, env = "KEEP_DELETED_DAYS", value_name = "DAYS", default_value_t = 30, value_parser = days)]
    pub keep_deleted_days: i64,

    /// Hours that a login is good for
    #[arg(long, env = "SESSION_HOURS", value_name = "HOURS", default_value_t = 12, value_parser = hours)]
    pub session_hours: i64,

    /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,

    /// Wrong logins that one network address may try in a minute
    #[arg(long, env = "ATTEMPTS_PER_MINUTE", value_name = "N", default_value_t = 60, value_parser = attempts)]
    pub attempts_per_minute: u32,

    /// The notifications, which are told of every change, such as `http://127.0.0.1:7001` [default: none, nobody is told]
    #[arg(long, env = "NOTIFICATIONS_URL", value_name = "URL")]
    pub notifications_url: Option<NotificationsUrl>,

    /// `API_TOKEN` of the notifications
    #[arg(long, env = "NOTIFICATIONS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub notifications_token: Option<SecretString>,
}

fn bytes(text: &str) -> Result<i64, &'static str> {
    text.parse().ok().filter(|bytes| *bytes >= 0).ok_or("must be a number of bytes")
}

fn transfers(text: &str) -> Result<usize, &'static str> {
    text.parse().ok().filter(|transfers| (1..=10_000).contains(transfers)).ok_or("must be a number from 1 to 10000")
}

fn days(text: &str) -> Result<i64, &'static str> {
    text.parse().ok().filter(|days| (0..=36_500).contains(days)).ok_or("must be a number of days from 0 to 36500")
}

fn hours(text: &str) -> Result<i64, &'static str> {
    text.parse().ok().filter(|hours| (1..=8760).contains(hours)).ok_or("must be a number of hours from 1 to 8760")
}

fn attempts(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|attempts| (1..=60_000).contains(attempts)).ok_or("must be a number from 1 to 60000")
}

/// Where the notifications listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationsUrl(String);

impl NotificationsUrl {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for NotificationsUrl {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or_default();
        // a token in it would be logged
        let is_plain = !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#', '@', ' ']);
        if is_plain { Ok(Self(url.to_owned())) } else { Err("must be as in http://127.0.0.1:7001") }
    }
}

/// The address of a database that we can speak to.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    url: String,
    kind: Kind,
}

/// What kind of database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// `MariaDB` or `MySQL`.
    MySql,
}

impl DatabaseUrl {
    /// The address, with its password.
    pub fn expose(&self) -> &str {
        &self.url
    }

    /// What kind of database it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The file of an SQLite database; none for a server.
    pub fn file(&self) -> Option<&str> {
        let path = self.url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        Some(path.split('?').next().unwrap_or(path))
    }
}

impl std::str::FromStr for DatabaseUrl {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let begins = |schemes: &[&str]| schemes.iter().any(|scheme| url.starts_with(scheme));
        let kind = if begins(&["postgres://", "postgresql://"]) {
            Kind::Postgres
        } else if begins(&["mysql://", "mariadb://"]) {
            Kind::MySql
        } else if begins(&["sqlite:"]) {
            Kind::Sqlite
        } else {
            return Err("must start with sqlite:, postgres:// or mysql://");
        };
        let url = Self { url: url.to_owned(), kind };
        // each connection to one in memory would see a database of its own
        if matches!(url.file(), Some(":memory:" | "")) {
            return Err("must name a file, as in sqlite:data/documents.db");
        }
        Ok(url)
    }
}

/// Without the password: settings are printed and logged.
impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.kind {
            Kind::Sqlite => &self.url,
            Kind::Postgres => "postgres://…",
            Kind::MySql => "mysql://…",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_kind_it_is_and_names_its_file() {
        for (url, kind, file) in [
            ("sqlite:data/a.db", Kind::Sqlite, Some("data/a.db")),
            ("sqlite:///var/a.db?mode=rwc", Kind::Sqlite, Some("/var/a.db")),
            ("postgres://u:p@h/d", Kind::Postgres, None),
            ("mysql://u:p@h/d", Kind::MySql, None),
            ("mariadb://u:p@h/d", Kind::MySql, None),
        ] {
            let parsed: DatabaseUrl = url.parse().unwrap();
            assert_eq!((parsed.kind(), parsed.file()), (kind, file), "{url}");
            assert!(!format!("{parsed:?}").contains("u:p"), "{parsed:?}");
        }
    }

    #[test]
    fn an_address_of_notifications_has_no_token_in_it() {
        for url in ["http://127.0.0.1:7001", "https://example.org/below/"] {
            assert_eq!(url.parse::<NotificationsUrl>().as_ref().map(NotificationsUrl::as_str), Ok(url));
        }
        for url in ["", "127.0.0.1:7001", "ws://h", "http://", "http:///x", "http://t@h", "http://h?token=t"] {
            assert!(url.parse::<NotificationsUrl>().is_err(), "{url}");
        }
    }

    #[test]
    fn what_we_cannot_speak_to_is_refused() {
        for url in ["", "oracle://h/d", "data/a.db", "sqlite::memory:", "sqlite:", "sqlite://"] {
            assert!(url.parse::<DatabaseUrl>().is_err(), "{url}");
        }
    }
}
