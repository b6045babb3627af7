//! What can be set, beside what every service has.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chassis::origin::TrustedProxies;

/// Settings of the notifications.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// The documents API: whose token it is that somebody shows
    #[arg(long, env = "DOCUMENTS_URL", value_name = "URL", default_value = "http://127.0.0.1:7000")]
    pub documents_url: String,

    /// What several instances share: `redis://[USER:PASSWORD@]HOST:PORT/DATABASE` [default: none, this one is alone]
    #[arg(long, env = "REDIS_URL", value_name = "URL", hide_env_values = true)]
    pub redis_url: Option<RedisUrl>,

    /// What its keys in Redis begin with: another one for each system that shares a server
    #[arg(long, env = "REDIS_NAMESPACE", value_name = "NAME", default_value = "documents:notifications")]
    pub redis_namespace: Namespace,

    /// Origins whose pages may connect from a browser, with commas between them; `*` for all
    #[arg(long, env = "ALLOWED_ORIGINS", value_name = "ORIGINS", default_value = "*")]
    pub allowed_origins: Origins,

    /// How often a login that is listened with is checked anew, in seconds
    #[arg(long, env = "RECHECK_SECONDS", value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub recheck: Duration,

    /// Seconds between two heart-beats
    #[arg(long, env = "PING_INTERVAL_SECONDS", value_name = "SECONDS", default_value = "25", value_parser = seconds)]
    pub ping_interval: Duration,

    /// Seconds after which a client that does not answer a heart-beat is taken for gone
    #[arg(long, env = "PING_TIMEOUT_SECONDS", value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub ping_timeout: Duration,

    /// Connections at most
    #[arg(long, env = "MAX_CONNECTIONS", value_name = "N", default_value_t = 10_000, value_parser = count)]
    pub max_connections: usize,

    /// Connections of one network address at most; a house full of people has one address
    #[arg(long, env = "MAX_CONNECTIONS_PER_ADDRESS", value_name = "N", default_value_t = 500, value_parser = count)]
    pub max_connections_per_address: usize,

    /// Logins that may wait for the documents API to say whose they are; more are refused
    #[arg(long, env = "MAX_LOGINS", value_name = "N", default_value_t = 64, value_parser = count)]
    pub max_logins: usize,

    /// The same, of one network address
    #[arg(long, env = "MAX_LOGINS_PER_ADDRESS", value_name = "N", default_value_t = 4, value_parser = count)]
    pub max_logins_per_address: usize,

    /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,

    /// Bytes that a message of a client may have
    #[arg(long, env = "MAX_MESSAGE_BYTES", value_name = "BYTES", default_value_t = 65_536, value_parser = bytes)]
    pub max_message_bytes: usize,

    /// Events that a client may send in a second; the documents API may send as many as it likes
    #[arg(long, env = "EVENTS_PER_SECOND", value_name = "N", default_value_t = 20, value_parser = rate)]
    pub events_per_second: u32,

    /// Refusals, such as of a wrong token, after which a client is thrown out
    #[arg(long, env = "MAX_REFUSALS", value_name = "N", default_value_t = 20, value_parser = rate)]
    pub max_refusals: u32,

    /// Bytes that may wait for a client that reads slowly; it is dropped when there are more
    #[arg(long, env = "MAX_BEHIND_BYTES", value_name = "BYTES", default_value_t = 1 << 20, value_parser = behind)]
    pub max_behind_bytes: u64,

    /// Seconds that something may wait for a client that reads slowly; it is dropped when it takes longer
    #[arg(long, env = "MAX_BEHIND_SECONDS", value_name = "SECONDS", default_value = "15", value_parser = seconds)]
    pub max_behind: Duration,

    /// Messages that may wait for a client that reads slowly; it is dropped when there are more
    #[arg(long, env = "MAX_WAITING", value_name = "N", default_value_t = 512, value_parser = waiting)]
    pub max_waiting: usize,
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok().filter(|seconds| (1..=3600).contains(seconds));
    seconds.map(Duration::from_secs).ok_or("must be a number of seconds from 1 to 3600")
}

fn count(text: &str) -> Result<usize, &'static str> {
    text.parse().ok().filter(|count| (1..=1_000_000).contains(count)).ok_or("must be a number from 1 to 1000000")
}

fn rate(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|count| (1..=1_000_000).contains(count)).ok_or("must be a number from 1 to 1000000")
}

fn bytes(text: &str) -> Result<usize, &'static str> {
    // below, not even the change of a file with a long name would fit
    let bytes = text.parse().ok().filter(|bytes| (4096..=1 << 20).contains(bytes));
    bytes.ok_or("must be a number of bytes from 4096 to 1048576")
}

fn behind(text: &str) -> Result<u64, &'static str> {
    // below, not even one message of the largest size could wait
    let bytes = text.parse().ok().filter(|bytes| (1 << 17..=1 << 30).contains(bytes));
    bytes.ok_or("must be a number of bytes from 131072 to 1073741824")
}

fn waiting(text: &str) -> Result<usize, &'static str> {
    text.parse().ok().filter(|count| (16..=65_536).contains(count)).ok_or("must be a number from 16 to 65536")
}

/// The address of a Redis server, with its password.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(String);

impl RedisUrl {
    /// The address, with its password.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for RedisUrl {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let good = url.starts_with("redis://") && redis::Client::open(url).is_ok();
        if good { Ok(Self(url.to_owned())) } else { Err("must be like redis://HOST:6379/0") }
    }
}

/// Without the password: settings are printed and logged.
impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redis://…")
    }
}

/// What keys begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace(String);

impl Namespace {
    /// A key in it.
    pub fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.0)
    }
}

impl FromStr for Namespace {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        // no part is empty, so that none is the beginning of another one's keys by a colon; and nothing that a pattern of
        // Redis's access list would read as one
        let fit = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        if name.len() <= 64 && name.split(':').all(fit) {
            return Ok(Self(name.to_owned()));
        }
        Err("must be like documents:notifications, at most 64 letters, digits, `-`, `_`, `.` and colons between them")
    }
}

/// Whose pages may connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// All: what is told goes to those who show a token in a message, which another page cannot do for them.
    Any,
    /// These.
    Of(Vec<String>),
}

impl Origins {
    /// Whether pages of this origin may.
    pub fn allow(&self, origin: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Of(these) => these.iter().any(|allowed| allowed == origin),
        }
    }
}

impl FromStr for Origins {
    type Err = &'static str;

    fn from_str(list: &str) -> Result<Self, Self::Err> {
        if list == "*" {
            return Ok(Self::Any);
        }
        let origins: Vec<_> = list.split(',').map(|origin| origin.trim().to_owned()).collect();
        // as a browser sends it (RFC 6454): a scheme and a host, without a path
        let host = |origin: &String| {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', '*', ' ']))
        };
        let good = origins.iter().all(host);
        if good { Ok(Self::Of(origins)) } else { Err("must be `*`, or origins such as https://docs.example.org") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_all_or_those_that_are_named() {
        assert!("*".parse::<Origins>().unwrap().allow("null"));
        let two: Origins = "https://a.example.org, http://localhost:8000".parse().unwrap();
        assert!(two.allow("http://localhost:8000") && two.allow("https://a.example.org"));
        assert!(!two.allow("https://a.example.org.evil.example.org") && !two.allow("http://a.example.org"));
        for wrong in ["", "a.example.org", "https://", "https://a/", "https://*.example.org", "*,https://a"] {
            assert!(wrong.parse::<Origins>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_namespace_is_the_beginning_of_every_key() {
        let namespace: Namespace = "documents:notifications".parse().unwrap();
        assert_eq!(namespace.key("told"), "documents:notifications:told");
        for wrong in ["", ":", "a:", ":a", "a::b", "a b", "a*", "[a]", "é", &"x".repeat(65)] {
            assert!(wrong.parse::<Namespace>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_redis_url_hides_its_password() {
        let url: RedisUrl = "redis://:hidden@host:6379/2".parse().unwrap();
        assert_eq!(format!("{url:?}"), "redis://…");
        for wrong in ["", "host:6379", "redis://", "amqp://host"] {
            assert!(wrong.parse::<RedisUrl>().is_err(), "{wrong}");
        }
    }
}
