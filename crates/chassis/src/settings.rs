//! What can be set in every service, by a flag, in the environment, or in a file. `--help` lists each with its default.

mod files;
pub(crate) mod refusal;

use std::net::IpAddr;

use secrecy::SecretString;

pub use self::files::defaults_from_files;
use crate::auth::JwksUrl;
use crate::telemetry::TelemetrySettings;

/// Settings that every service has. A service flattens its own beside them.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// Where it listens.
    #[command(flatten)]
    pub listen: Listen,

    /// Threads that answer requests [default: one per core]
    #[arg(long, env = "WORKERS", value_name = "N", value_parser = workers)]
    pub workers: Option<u16>,

    /// Bearer token that may do everything here; without one, a new one is made at each start and printed once
    #[arg(long, env = "API_TOKEN", value_name = "TOKEN", hide_env_values = true, value_parser = not_blank)]
    pub api_token: Option<SecretString>,

    /// Public keys of the users service, whose tokens are accepted then: <http://users:8080/.well-known/jwks.json>
    #[arg(long, env = "AUTH_JWKS_URL", value_name = "URL")]
    pub auth_jwks_url: Option<JwksUrl>,

    /// Origins whose pages may call this service from a browser, such as <https://status.example.org> [default: none]
    #[arg(long, env = "CORS_ORIGINS", value_name = "ORIGIN", value_delimiter = ',', value_parser = origin)]
    pub cors_origins: Vec<String>,

    /// How long requests that are under way may take to end once the service is told to stop, in seconds
    #[arg(long, env = "DRAIN_SECONDS", value_name = "SECONDS", default_value_t = 20, value_parser = seconds)]
    pub drain_seconds: u64,

    /// Logs and traces.
    #[command(flatten)]
    pub telemetry: TelemetrySettings,
}

/// Where a service listens.
#[derive(Debug, Clone, Copy, clap::Args)]
#[group(skip)]
pub struct Listen {
    /// Address to listen on; 0.0.0.0 for everybody, as in a container
    #[arg(long, env = "HOST", value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address)]
    pub host: IpAddr,

    // its default is the service's own, see `service::Cli`
    /// Port to listen on; 0 takes a free one
    #[arg(long, env = "PORT", value_name = "PORT", value_parser = port)]
    pub port: u16,
}

// what is wrong begins with `must`: see `refusal`, which puts the flag before it

fn address(text: &str) -> Result<IpAddr, &'static str> {
    text.parse().map_err(|_| "must be an IP address such as 127.0.0.1 or 0.0.0.0")
}

fn port(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "must be a number from 0 to 65535")
}

fn workers(text: &str) -> Result<u16, &'static str> {
    text.parse().ok().filter(|workers| (1..=1024).contains(workers)).ok_or("must be a number from 1 to 1024")
}

fn seconds(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "must be a number of seconds")
}

/// As a browser sends it (RFC 6454): a scheme and a host, without a path. Another text would never be equal to one.
fn origin(text: &str) -> Result<String, &'static str> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let fit = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || "/?#@*".contains(c));
    if fit { Ok(text.to_owned()) } else { Err("must be origins such as https://status.example.org") }
}

fn not_blank(token: &str) -> Result<SecretString, &'static str> {
    if token.is_empty() || token.contains(char::is_whitespace) {
        return Err("must be a token without blanks; leave it out to have one made");
    }
    Ok(token.to_owned().into())
}
