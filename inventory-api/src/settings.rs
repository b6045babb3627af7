//! What can be set, beside what every service has.

use events::EventsSettings;

/// Settings of the inventory.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// Where the servers are kept: `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`
    #[arg(
        long,
        env = "DATABASE_URL",
        value_name = "URL",
        hide_env_values = true,
        default_value = "sqlite:data/inventory.db"
    )]
    pub database_url: DatabaseUrl,

    /// Where others are told that a server is down, or up again.
    #[command(flatten)]
    pub events: EventsSettings,
}

/// The address of a database that we can speak to.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address, with its password.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The file of an SQLite database; none for PostgreSQL.
    pub fn file(&self) -> Option<&str> {
        let path = self.0.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        Some(path.split('?').next().unwrap_or(path))
    }
}

impl std::str::FromStr for DatabaseUrl {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self(url.to_owned()));
        }
        let url = Self(url.to_owned());
        match url.file() {
            None => Err("must start with sqlite: or postgres://"),
            // each connection to it would see a database of its own
            Some(":memory:" | "") => Err("must name a file, as in sqlite:data/inventory.db"),
            Some(_) => Ok(url),
        }
    }
}

/// Without the password: settings are printed and logged.
impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.file().map_or("postgres://…", |_| &self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_file() {
        for (url, file) in [
            ("sqlite:data/a.db", Some("data/a.db")),
            ("sqlite:///var/a.db?mode=rwc", Some("/var/a.db")),
            ("postgres://u:p@h/d", None),
        ] {
            assert_eq!(url.parse::<DatabaseUrl>().unwrap().file(), file, "{url}");
        }
    }

    #[test]
    fn what_we_cannot_speak_to_is_refused() {
        for url in ["", "mysql://h/d", "data/a.db", "sqlite::memory:", "sqlite:", "sqlite://"] {
            assert!(url.parse::<DatabaseUrl>().is_err(), "{url}");
        }
    }

    #[test]
    fn the_password_is_not_printed() {
        let url: DatabaseUrl = "postgres://user:hidden@host/database".parse().unwrap();
        assert!(!format!("{url:?}").contains("hidden"));
    }
}
