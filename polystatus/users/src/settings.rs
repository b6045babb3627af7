//! What can be set, beside what every service has.

use chassis::origin::TrustedProxies;
use events::EventsSettings;
use secrecy::SecretString;
use store::StoreSettings;

use crate::model::Email;

/// Settings of the users service.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// Where the accounts are kept.
    #[command(flatten)]
    pub store: StoreSettings,

    /// Where others are told what happens.
    #[command(flatten)]
    pub events: EventsSettings,

    /// E-mail address of the first admin, who is made when there is no account at all
    #[arg(long, env = "ADMIN_EMAIL", value_name = "ADDRESS", default_value = "admin@localhost")]
    pub admin_email: Email,

    /// Password of the first admin; without one, one is made that is good for one login, and printed once
    #[arg(long, env = "ADMIN_PASSWORD", value_name = "PASSWORD", hide_env_values = true, value_parser = password)]
    pub admin_password: Option<SecretString>,

    /// Secret that signing keys and second factors are sealed with in the storage [default: they are kept as they are]
    #[arg(long, env = "KEY_SECRET", value_name = "SECRET", hide_env_values = true, value_parser = key_secret)]
    pub key_secret: Option<SecretString>,

    /// Whether somebody who registers must follow a link that is mailed
    #[arg(long, env = "EMAIL_VERIFICATION", value_enum, default_value_t = EmailVerification::Required)]
    pub email_verification: EmailVerification,

    /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,

    /// Wrong logins, registrations and the like that one network address may try in a minute
    #[arg(long, env = "ATTEMPTS_PER_MINUTE", value_name = "N", default_value_t = 60, value_parser = attempts)]
    pub attempts_per_minute: u32,

    /// Print what would be mailed to the terminal, to try the service without one that mails
    #[arg(long, env = "PRINT_MAILS", value_name = "BOOL", default_value_t = false,
        num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set,
        value_parser = clap::builder::BoolishValueParser::new())]
    pub print_mails: bool,
}

/// Whether an address must be shown to be its owner's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum EmailVerification {
    /// Nobody logs in before the link in the mail was followed.
    Required,
    /// Whoever registers can log in at once; then a registration tells who has an account already.
    Off,
}

fn password(text: &str) -> Result<SecretString, &'static str> {
    let length = text.chars().count();
    if (crate::model::MIN_PASSWORD..=crate::model::MAX_PASSWORD).contains(&length) {
        Ok(text.to_owned().into())
    } else {
        Err("must have 8 to 256 characters; leave it out to have one made")
    }
}

/// Shorter ones can be guessed by whoever has the storage.
fn key_secret(text: &str) -> Result<SecretString, &'static str> {
    if text.len() < 32 {
        Err("must have at least 32 characters, such as `openssl rand -hex 32` prints")
    } else {
        Ok(text.to_owned().into())
    }
}

fn attempts(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|attempts| (1..=60_000).contains(attempts)).ok_or("must be a number from 1 to 60000")
}
