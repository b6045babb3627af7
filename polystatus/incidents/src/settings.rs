//! What can be set, beside what every service has.

use chassis::origin::TrustedProxies;
use events::EventsSettings;
use secrecy::SecretString;
use store::StoreSettings;

/// Settings of the incidents service.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// Where the documents are kept.
    #[command(flatten)]
    pub store: StoreSettings,

    /// Where events are sent and heard.
    #[command(flatten)]
    pub events: EventsSettings,

    /// The users service, such as <http://localhost:8080>: a commander must be a responder there [default: nobody is asked]
    #[arg(long, env = "USERS_URL", value_name = "URL")]
    pub users_url: Option<String>,

    /// Bearer token with which the users service is asked: its `API_TOKEN`
    #[arg(long, env = "USERS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub users_token: Option<SecretString>,

    /// The inventory, such as <http://localhost:5000>: servers of an incident must be there [default: they stay unverified]
    #[arg(long, env = "INVENTORY_URL", value_name = "URL")]
    pub inventory_url: Option<String>,

    /// How often servers that could not be verified are looked up again, in seconds
    #[arg(long, env = "RECHECK_SECONDS", value_name = "SECONDS", default_value_t = 15, value_parser = from_one)]
    pub recheck_seconds: u64,

    /// Open an incident when a server of the inventory goes down, and resolve it when it is up again
    #[arg(long, env = "INCIDENTS_FROM_SERVERS", value_name = "BOOL", default_value_t = false,
        num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub incidents_from_servers: bool,

    /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,
}

fn from_one(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|seconds| (1..=86_400).contains(seconds)).ok_or("must be a number from 1 to 86400")
}

/// As without any flag or variable.
impl Default for Settings {
    fn default() -> Self {
        Self {
            store: StoreSettings::default(),
            events: EventsSettings::default(),
            users_url: None,
            users_token: None,
            inventory_url: None,
            recheck_seconds: 15,
            incidents_from_servers: false,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}
