//! Where the catalogue is kept, as both services that read it are told.

/// Settings of the services that stand on the table: flattened beside their own.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct StorageSettings {
    /// Where the products are kept: `sqlite:FILE` or `mysql://USER:PASSWORD@HOST/DATABASE`; the same for add-product and
    /// read-product
    #[arg(
        long,
        env = "DATABASE_URL",
        value_name = "URL",
        hide_env_values = true,
        default_value = "sqlite:data/products.db"
    )]
    pub database_url: DatabaseUrl,
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
        let kind = if ["mysql://", "mariadb://"].iter().any(|scheme| url.starts_with(scheme)) {
            Kind::MySql
        } else if url.starts_with("sqlite:") {
            Kind::Sqlite
        } else {
            return Err("must start with sqlite: or mysql://");
        };
        let url = Self { url: url.to_owned(), kind };
        // each connection to one in memory would see a database of its own
        if matches!(url.file(), Some(":memory:" | "")) {
            return Err("must name a file, as in sqlite:data/products.db");
        }
        Ok(url)
    }
}

/// Without the password: settings are printed and logged.
impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.kind {
            Kind::Sqlite => &self.url,
            Kind::MySql => "mysql://…",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_kind_it_is_names_its_file_and_shows_no_password() {
        for (url, kind, file) in [
            ("sqlite:data/a.db", Kind::Sqlite, Some("data/a.db")),
            ("sqlite:///var/a.db?mode=rwc", Kind::Sqlite, Some("/var/a.db")),
            ("mysql://u:p@h/d", Kind::MySql, None),
            ("mariadb://u:p@h/d", Kind::MySql, None),
        ] {
            let parsed: DatabaseUrl = url.parse().unwrap();
            assert_eq!((parsed.kind(), parsed.file()), (kind, file), "{url}");
            assert!(!format!("{parsed:?}").contains("u:p"), "{parsed:?}");
        }
    }

    #[test]
    fn what_we_cannot_speak_to_is_refused() {
        for url in ["", "postgres://h/d", "data/a.db", "sqlite::memory:", "sqlite:", "sqlite://"] {
            assert!(url.parse::<DatabaseUrl>().is_err(), "{url}");
        }
    }
}
