//! Where the documents are kept.

use std::str::FromStr;

/// The address of a storage: `memory:`, `sqlite:FILE` or `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// Nowhere: gone with the process. For tests and demonstrations.
    Memory,
    /// A file; its folder is made.
    Sqlite(String),
    /// A Redis server, with its password.
    Redis(String),
}

impl FromStr for StoreUrl {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if url == "memory:" {
            return Ok(Self::Memory);
        }
        if url.starts_with("redis://") {
            return match redis::Client::open(url) {
                Ok(_) => Ok(Self::Redis(url.to_owned())),
                Err(_) => Err("must be like redis://HOST:6379/0"),
            };
        }
        let path = url.strip_prefix("sqlite:").ok_or("must start with sqlite:, redis:// or memory:")?;
        match path.strip_prefix("//").unwrap_or(path) {
            // each connection to it would see a database of its own
            "" | ":memory:" => Err("must name a file, as in sqlite:data/store.db"),
            path => Ok(Self::Sqlite(path.to_owned())),
        }
    }
}

/// Without user and password: settings are printed and logged.
impl std::fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Memory => f.write_str("memory:"),
            Self::Sqlite(path) => write!(f, "sqlite:{path}"),
            Self::Redis(url) => {
                let place = url.rsplit_once('@').map_or(url.trim_start_matches("redis://"), |(_, place)| place);
                write!(f, "redis://{}", place.split('?').next().unwrap_or(place))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_three_kinds() {
        assert_eq!("memory:".parse(), Ok(StoreUrl::Memory));
        assert_eq!("sqlite:data/a.db".parse(), Ok(StoreUrl::Sqlite("data/a.db".to_owned())));
        assert_eq!("sqlite:///var/a.db".parse(), Ok(StoreUrl::Sqlite("/var/a.db".to_owned())));
        let redis = "redis://:hidden@host:6379/2";
        assert_eq!(redis.parse(), Ok(StoreUrl::Redis(redis.to_owned())));
    }

    #[test]
    fn what_is_none_of_them_is_refused() {
        for url in ["", "memory", "postgres://h/d", "sqlite:", "sqlite::memory:", "redis://", "redis:x", "data/a.db"] {
            assert!(url.parse::<StoreUrl>().is_err(), "{url}");
        }
    }

    #[test]
    fn a_password_is_not_printed() {
        let url: StoreUrl = "redis://me:hid@den@host:6379/2?x=hidden".parse().unwrap();
        assert_eq!(format!("{url:?}"), "redis://host:6379/2");
    }
}
