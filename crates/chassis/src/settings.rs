//! What can be set in every service, by a flag or in the environment. `--help` lists each with its default.

use std::net::IpAddr;

use secrecy::SecretString;

use crate::telemetry::TelemetrySettings;

/// Settings that every service has. A service flattens its own beside them.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// Where it listens.
    #[command(flatten)]
    pub listen: Listen,

    /// Threads that answer requests [default: one per core]
    #[arg(long, env = "WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,

    /// Bearer token that may do everything here; without one, a new one is made at each start and printed once
    #[arg(long, env = "API_TOKEN", value_name = "TOKEN", hide_env_values = true, value_parser = not_blank)]
    pub api_token: Option<SecretString>,

    /// Origins whose pages may call this service from a browser, such as <https://status.example.org> [default: none]
    #[arg(long, env = "CORS_ORIGINS", value_name = "ORIGIN", value_delimiter = ',')]
    pub cors_origins: Vec<String>,

    /// How long requests that are under way may take to end once the service is told to stop, in seconds
    #[arg(long, env = "DRAIN_SECONDS", value_name = "SECONDS", default_value_t = 20)]
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
    #[arg(long, env = "HOST", value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,

    // its default is the service's own, see `service::Cli`
    /// Port to listen on; 0 takes a free one
    #[arg(long, env = "PORT", value_name = "PORT")]
    pub port: u16,
}

fn not_blank(token: &str) -> Result<SecretString, String> {
    if token.trim() != token || token.is_empty() || token.contains(char::is_whitespace) {
        return Err("must be a token without blanks; leave it out to have one made".to_owned());
    }
    Ok(token.to_owned().into())
}
