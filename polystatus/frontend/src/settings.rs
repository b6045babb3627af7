//! What can be set, beside what every service has.

use chassis::origin::TrustedProxies;
use store::StoreSettings;

use crate::MOST_STREAMS;

/// Settings of the status page.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// Where it is kept what was known last.
    #[command(flatten)]
    pub store: StoreSettings,

    /// The communications service, such as <http://localhost:8082>: what the public is told
    #[arg(long, env = "COMMUNICATIONS_URL", value_name = "URL", default_value = "http://localhost:8082")]
    pub communications_url: String,

    /// The incidents service: what can break, and what people report
    #[arg(long, env = "INCIDENTS_URL", value_name = "URL", default_value = "http://localhost:8081")]
    pub incidents_url: String,

    /// The service that reads the feeds of cloud providers
    #[arg(long, env = "CSP_URL", value_name = "URL", default_value = "http://localhost:8083")]
    pub csp_url: String,

    /// The server inventory
    #[arg(long, env = "INVENTORY_URL", value_name = "URL", default_value = "http://localhost:5000")]
    pub inventory_url: String,

    /// The users service: who signs in here
    #[arg(long, env = "USERS_URL", value_name = "URL", default_value = "http://localhost:8080")]
    pub users_url: String,

    /// The flags service: what those who are signed in switch
    #[arg(long, env = "FLAGS_URL", value_name = "URL", default_value = "http://localhost:8070")]
    pub flags_url: String,

    /// How often each peer is asked though it has told of no change, in seconds
    #[arg(long, env = "ASK_SECONDS", value_name = "SECONDS", default_value_t = 10, value_parser = seconds)]
    pub ask_seconds: u64,

    /// Where people reach this page; links to other languages begin with it, and https makes browsers insist on it
    #[arg(long, env = "PUBLIC_URL", value_name = "URL", default_value = "http://localhost:3000", value_parser = public_url)]
    pub public_url: String,

    /// What the page is called while nobody has told
    #[arg(long, env = "PAGE_NAME", value_name = "NAME", default_value = "PolyStatus", value_parser = page_name)]
    pub page_name: String,

    /// Forms that one network address may send in an hour
    #[arg(long, env = "FORMS_PER_HOUR", value_name = "N", default_value_t = 60, value_parser = forms)]
    pub forms_per_hour: u32,

    /// Pages that readers of one network address may follow at once; a house full of people has one address
    #[arg(long, env = "STREAMS_PER_ADDRESS", value_name = "N", default_value_t = 1000, value_parser = streams)]
    pub streams_per_address: usize,

    /// Networks of proxies whose `X-Forwarded-For` is believed, with commas between them [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,
}

fn seconds(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|seconds| (1..=3600).contains(seconds)).ok_or("must be a number from 1 to 3600")
}

fn forms(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|count| (1..=1_000_000).contains(count)).ok_or("must be a number from 1 to 1000000")
}

fn streams(text: &str) -> Result<usize, &'static str> {
    text.parse().ok().filter(|count| (1..=MOST_STREAMS).contains(count)).ok_or("must be a number from 1 to 12000")
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
        Err("must be an http:// or https:// URL without user, query and fragment, such as https://status.example.org")
    }
}

impl Settings {
    /// Whether browsers reach the page by TLS alone.
    pub fn behind_tls(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// As without any flag or variable.
impl Default for Settings {
    fn default() -> Self {
        Self {
            store: StoreSettings::default(),
            communications_url: "http://localhost:8082".to_owned(),
            incidents_url: "http://localhost:8081".to_owned(),
            csp_url: "http://localhost:8083".to_owned(),
            inventory_url: "http://localhost:5000".to_owned(),
            users_url: "http://localhost:8080".to_owned(),
            flags_url: "http://localhost:8070".to_owned(),
            ask_seconds: 10,
            public_url: "http://localhost:3000".to_owned(),
            page_name: "PolyStatus".to_owned(),
            forms_per_hour: 60,
            streams_per_address: 1000,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}
