//! What can be set, beside what every service has.

use std::path::PathBuf;

use chassis::origin::TrustedProxies;
use events::EventsSettings;
use lettre::message::Mailbox;
use store::StoreSettings;

use crate::mail::SmtpUrl;
use crate::model::Lang;

/// Settings of the communications service.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// Where the documents are kept.
    #[command(flatten)]
    pub store: StoreSettings,

    /// Where events are sent and heard.
    #[command(flatten)]
    pub events: EventsSettings,

    /// The incidents service, such as <http://localhost:8081>: what was missed of its events is read there [default: events alone]
    #[arg(long, env = "INCIDENTS_URL", value_name = "URL")]
    pub incidents_url: Option<String>,

    /// How often what was missed is read there, in seconds
    #[arg(long, env = "RECHECK_SECONDS", value_name = "SECONDS", default_value_t = 60, value_parser = seconds)]
    pub recheck_seconds: u64,

    /// Where people reach the status page; links in mails and feeds begin with it
    #[arg(long, env = "PUBLIC_URL", value_name = "URL", default_value = "http://localhost:8082", value_parser = public_url)]
    pub public_url: String,

    /// What the page is called
    #[arg(long, env = "PAGE_NAME", value_name = "NAME", default_value = "PolyStatus", value_parser = page_name)]
    pub page_name: String,

    /// The language of mails to those who have not chosen one
    #[arg(long, env = "MAIL_LANG", value_name = "LANG", default_value = "en")]
    pub mail_lang: Lang,

    /// The mail server: `smtp://HOST:25`, `smtps://USER:PASSWORD@HOST`, or `smtp://USER:PASSWORD@HOST:587?tls=required` [default: mails are written into a folder]
    #[arg(long, env = "SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<SmtpUrl>,

    /// Connections to the mail server at once at most
    #[arg(long, env = "SMTP_CONNECTIONS", value_name = "N", default_value_t = 8, value_parser = connections)]
    pub smtp_connections: usize,

    /// Webhooks that are called at once at most
    #[arg(long, env = "WEBHOOK_CONNECTIONS", value_name = "N", default_value_t = 8, value_parser = connections)]
    pub webhook_connections: usize,

    /// Who mails are from
    #[arg(long, env = "MAIL_FROM", value_name = "MAILBOX", default_value = "PolyStatus <status@localhost>", value_parser = mailbox)]
    pub mail_from: Mailbox,

    /// Where mails are written when there is no mail server
    #[arg(long, env = "MAIL_FOLDER", value_name = "FOLDER", default_value = "data/mail")]
    pub mail_folder: PathBuf,

    /// How long updates of one incident are gathered before they are sent as one message, in seconds; 0 gathers what waits
    #[arg(long, env = "ROLL_UP_SECONDS", value_name = "SECONDS", default_value_t = 20, value_parser = roll_up)]
    pub roll_up_seconds: i64,

    /// Attempts until a delivery is given up
    #[arg(long, env = "DELIVERY_ATTEMPTS", value_name = "N", default_value_t = 12, value_parser = attempts)]
    pub delivery_attempts: u32,

    /// Call webhooks at addresses of private networks and of this machine, also without TLS
    #[arg(long, env = "WEBHOOKS_TO_PRIVATE", value_name = "BOOL", default_value_t = false,
        num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub webhooks_to_private: bool,

    /// Subscriptions that one network address may ask for in an hour
    #[arg(long, env = "SUBSCRIPTIONS_PER_HOUR", value_name = "N", default_value_t = 60, value_parser = attempts)]
    pub subscriptions_per_hour: u32,

    /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,
}

fn seconds(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|seconds| (1..=86_400).contains(seconds)).ok_or("must be a number from 1 to 86400")
}

fn roll_up(text: &str) -> Result<i64, &'static str> {
    text.parse().ok().filter(|seconds| (0..=3600).contains(seconds)).ok_or("must be a number from 0 to 3600")
}

fn connections(text: &str) -> Result<usize, &'static str> {
    text.parse().ok().filter(|count| (1..=64).contains(count)).ok_or("must be a number from 1 to 64")
}

fn attempts(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|count| (1..=10_000).contains(count)).ok_or("must be a number from 1 to 10000")
}

fn mailbox(text: &str) -> Result<Mailbox, &'static str> {
    text.parse().map_err(|_| "must be a mailbox such as PolyStatus <status@example.org>")
}

fn page_name(text: &str) -> Result<String, &'static str> {
    let fits = (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err("must be one line of 1 to 100 characters") }
}

fn public_url(text: &str) -> Result<String, &'static str> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let fits =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>?#@\\^`{|}".contains(&byte));
    if fits {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("must be an address such as https://status.example.org")
    }
}

/// As without any flag or variable.
impl Default for Settings {
    fn default() -> Self {
        Self {
            store: StoreSettings::default(),
            events: EventsSettings::default(),
            incidents_url: None,
            recheck_seconds: 60,
            public_url: "http://localhost:8082".to_owned(),
            page_name: "PolyStatus".to_owned(),
            mail_lang: Lang::En,
            smtp_url: None,
            smtp_connections: 8,
            webhook_connections: 8,
            mail_from: mailbox("PolyStatus <status@localhost>").expect("it is a mailbox"),
            mail_folder: "data/mail".into(),
            roll_up_seconds: 20,
            delivery_attempts: 12,
            webhooks_to_private: false,
            subscriptions_per_hour: 60,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}
