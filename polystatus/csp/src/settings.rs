//! What can be set, beside what every service has.

use std::path::PathBuf;
use std::str::FromStr;

use chassis::origin::TrustedProxies;
use events::EventsSettings;
use secrecy::SecretString;
use store::StoreSettings;

/// Settings of the service.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// Where the documents are kept.
    #[command(flatten)]
    pub store: StoreSettings,

    /// Where events are sent.
    #[command(flatten)]
    pub events: EventsSettings,

    /// The providers to begin with: a TOML file, `built-in` for ours, or `none`
    #[arg(long, env = "CATALOGUE", value_name = "FILE", default_value = "built-in")]
    pub catalogue: CatalogueSource,

    /// How often each feed is asked for, in seconds; 0 asks only when somebody calls refresh
    #[arg(long, env = "POLL_SECONDS", value_name = "SECONDS", default_value_t = 60, value_parser = to_a_day)]
    pub poll_seconds: u32,

    /// Seconds after which what is known is stale, and shown as unknown
    #[arg(long, env = "STALE_SECONDS", value_name = "SECONDS", default_value_t = 600, value_parser = to_a_day)]
    pub stale_seconds: u32,

    /// Seconds for which a feed that went empty in the middle of an event is not believed
    #[arg(long, env = "EMPTY_SECONDS", value_name = "SECONDS", default_value_t = 21_600, value_parser = to_a_day)]
    pub empty_seconds: u32,

    /// Seconds after which a feed that has not arrived as a whole is given up
    #[arg(long, env = "FETCH_SECONDS", value_name = "SECONDS", default_value_t = 15, value_parser = to_a_minute)]
    pub fetch_seconds: u32,

    /// The largest feed that is read, in MiB
    #[arg(long, env = "LARGEST_FEED", value_name = "MIB", default_value_t = 8, value_parser = to_a_hundred)]
    pub largest_feed: u32,

    /// Read feeds on private addresses too, such as a status page of one's own
    #[arg(long, env = "PRIVATE_FEEDS", value_name = "BOOL", default_value_t = false,
        num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub private_feeds: bool,

    /// The incidents service, such as <http://localhost:8081>: incidents are opened there [default: none are opened]
    #[arg(long, env = "INCIDENTS_URL", value_name = "URL")]
    pub incidents_url: Option<String>,

    /// Bearer token with which incidents are opened: the `API_TOKEN` of the incidents service
    #[arg(long, env = "INCIDENTS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub incidents_token: Option<SecretString>,

    /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,
}

/// Where the providers to begin with come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogueSource {
    /// The file in the program.
    BuiltIn,
    /// No provider but those that people add.
    None,
    /// This file.
    File(PathBuf),
}

impl FromStr for CatalogueSource {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "built-in" => Self::BuiltIn,
            "none" => Self::None,
            file => Self::File(file.into()),
        })
    }
}

fn within(text: &str, most: u32, least: u32) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("must be a number from {least} to {most}"))
}

fn to_a_day(text: &str) -> Result<u32, String> {
    within(text, 86_400, 0)
}

fn to_a_minute(text: &str) -> Result<u32, String> {
    within(text, 60, 1)
}

fn to_a_hundred(text: &str) -> Result<u32, String> {
    within(text, 100, 1)
}

/// As without any flag or variable.
impl Default for Settings {
    fn default() -> Self {
        Self {
            store: StoreSettings::default(),
            events: EventsSettings::default(),
            catalogue: CatalogueSource::BuiltIn,
            poll_seconds: 60,
            stale_seconds: 600,
            empty_seconds: 21_600,
            fetch_seconds: 15,
            largest_feed: 8,
            private_feeds: false,
            incidents_url: None,
            incidents_token: None,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}
