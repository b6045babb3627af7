//! What can be set, beside what every service has.

use chassis::origin::TrustedProxies;
use events::EventsSettings;
use secrecy::SecretString;
use store::StoreSettings;

use crate::model::Status;

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

    /// Bearer token with which alerts may be sent, and nothing else be done [default: responders alone may send them]
    #[arg(long, env = "ALERTS_TOKEN", value_name = "TOKEN", hide_env_values = true, value_parser = not_blank)]
    pub alerts_token: Option<SecretString>,

    /// What becomes of an incident that nobody commands, once its alerts have ended
    #[arg(long, env = "ALERTS_ENDED", value_enum, default_value_t)]
    pub alerts_ended: AfterAlerts,

    /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,
}

/// What becomes of an incident once its alerts have ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum AfterAlerts {
    /// It hurts no more; whether its cause is gone, a person says.
    #[default]
    Mitigated,
    /// It is over.
    Resolved,
    /// A person says.
    Open,
}

impl AfterAlerts {
    /// The status that it comes to by itself.
    pub const fn status(self) -> Option<Status> {
        match self {
            Self::Mitigated => Some(Status::Mitigated),
            Self::Resolved => Some(Status::Resolved),
            Self::Open => None,
        }
    }
}

/// An empty token would let everybody in.
fn not_blank(text: &str) -> Result<SecretString, &'static str> {
    if text.trim().is_empty() { Err("must not be empty") } else { Ok(text.trim().to_owned().into()) }
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
            alerts_token: None,
            alerts_ended: AfterAlerts::default(),
            trusted_proxies: TrustedProxies::default(),
        }
    }
}
