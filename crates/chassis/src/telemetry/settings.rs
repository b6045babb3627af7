//! What can be set about logs and traces.

use std::fmt::{self, Display};
use std::str::FromStr;

use tracing_subscriber::filter::{LevelFilter, Targets};

/// Flags and variables about logs and traces, to be flattened into a service's own settings.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TelemetrySettings {
    /// How log lines are written: `text` for people, `json` for log collectors
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t, help_heading = "Logs and traces")]
    pub log_format: LogFormat,

    /// The least important lines that are written: `error`, `warn`, `info`, `debug`, `trace`; or per module: `info,sqlx=warn`
    #[arg(long, env = "LOG_LEVEL", value_name = "LEVEL", default_value_t, help_heading = "Logs and traces")]
    pub log_level: LogLevel,

    /// The OpenTelemetry collector that spans are sent to (OTLP over HTTP), such as `http://localhost:4318` [default: none]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL", help_heading = "Logs and traces")]
    pub otlp_endpoint: Option<String>,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people: one line, coloured on a terminal.
    #[default]
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// A module that is never listened to: the RabbitMQ client writes the whole of a message that no queue is bound for, and
/// such a message may hold a one-time link.
pub(super) const SILENT: &str = "lapin::returned_messages";

/// Which lines are written, in the notation of [`Targets`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLevel(String);

impl LogLevel {
    pub(super) fn filter(&self) -> Targets {
        let given: Targets = self.0.parse().expect("it was parsed when it was made");
        given.with_target(SILENT, LevelFilter::OFF)
    }
}

impl Default for LogLevel {
    fn default() -> Self {
        Self("info,actix_server=warn".to_owned())
    }
}

impl Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a log level is refused.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{part}` is no log level: give off, error, warn, info, debug or trace, or such a level per module as in `info,sqlx=warn`"
)]
pub struct LogLevelError {
    part: String,
}

impl FromStr for LogLevel {
    type Err = LogLevelError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        for part in given.split(',') {
            // Targets takes what is no level for a module's name: `LOG_LEVEL=inof` would silence all the rest
            let (module, level) = part.split_once('=').unwrap_or(("", part));
            let named = module.chars().all(|c| c.is_ascii_alphanumeric() || "_:-.".contains(c));
            // an empty level is `error` to LevelFilter
            if !named || level.is_empty() || level.parse::<LevelFilter>().is_err() || part.starts_with('=') {
                return Err(LogLevelError { part: part.to_owned() });
            }
        }
        given.parse::<Targets>().map_err(|_| LogLevelError { part: given.to_owned() })?;
        Ok(Self(given.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_messages_are_never_written_whatever_the_level() {
        for level in ["trace", "info,lapin=trace"] {
            let filter = level.parse::<LogLevel>().unwrap().filter().to_string();
            assert!(filter.contains("lapin::returned_messages=off"), "{filter}");
        }
    }
}
