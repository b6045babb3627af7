//! What can be set, beside what every service has.

use chassis::origin::TrustedProxies;
use events::EventsSettings;
use secrecy::SecretString;
use store::StoreSettings;

use crate::logic::Hashing;

/// Settings of the flags service.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// Where the documents are kept.
    #[command(flatten)]
    pub store: StoreSettings,

    /// Where events are sent and heard.
    #[command(flatten)]
    pub events: EventsSettings,

    /// Key without which no flag is evaluated: sent as `Authorization: Bearer` or `X-API-Key` [default: everybody may]
    #[arg(long, env = "EVALUATION_KEY", value_name = "KEY", hide_env_values = true, value_parser = not_blank)]
    pub evaluation_key: Option<SecretString>,

    /// Refuse changes that nobody else has agreed to: they are made as change requests
    #[arg(long, env = "REQUIRE_APPROVAL", value_name = "BOOL", default_value_t = false,
        num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub require_approval: bool,

    /// How `fractional` puts people into shares: as flagd's third generation, or as its second. All evaluators of a fleet
    /// must do the same
    #[arg(long, env = "FRACTIONAL", value_name = "GENERATION", value_enum, default_value_t)]
    pub fractional: Hashing,

    /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,
}

fn not_blank(key: &str) -> Result<SecretString, &'static str> {
    if key.is_empty() || key.contains(char::is_whitespace) {
        return Err("must be a key without blanks");
    }
    Ok(key.to_owned().into())
}
