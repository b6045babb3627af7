//! Where events go: what can be set.

use std::fmt;
use std::str::FromStr;

use lapin::uri::AMQPUri;

/// Settings of every service that says or hears something: flattened beside its own.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub struct EventsSettings {
    /// Where events are sent and heard: `in-process:` for this process alone, or `amqp://USER:PASSWORD@HOST/VHOST`
    #[arg(long, env = "EVENTS_URL", value_name = "URL", hide_env_values = true, default_value = "in-process:")]
    pub events_url: EventsUrl,
}

/// A way for events.
#[derive(Clone, PartialEq, Eq)]
pub enum EventsUrl {
    /// Within this process. Whoever opens the same name shares them; without a name, nobody does.
    InProcess(Option<String>),
    /// By RabbitMQ, or another that speaks AMQP 0.9.1 as it does.
    Amqp(Box<AMQPUri>),
}

impl Default for EventsUrl {
    fn default() -> Self {
        Self::InProcess(None)
    }
}

impl FromStr for EventsUrl {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if let Some(name) = url.strip_prefix("in-process:") {
            return Ok(Self::InProcess(Some(name.to_owned()).filter(|name| !name.is_empty())));
        }
        if !url.starts_with("amqp://") && !url.starts_with("amqps://") {
            return Err("must start with in-process: or amqp://");
        }
        let uri: AMQPUri =
            url.parse().map_err(|_| "must be an address such as amqp://user:password@host:5672/vhost")?;
        Ok(Self::Amqp(Box::new(uri)))
    }
}

/// Without the password: settings are printed and logged.
impl fmt::Debug for EventsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InProcess(name) => write!(f, "in-process:{}", name.as_deref().unwrap_or_default()),
            Self::Amqp(uri) => write!(f, "{}://{}:{}", uri.scheme, uri.authority.host, uri.authority.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        format!("{:?}", url.parse::<EventsUrl>().unwrap())
    }

    #[test]
    fn the_password_is_not_printed() {
        assert_eq!(shown("amqp://user:hidden@broker.example.org/polyops"), "amqp://broker.example.org:5672");
        assert_eq!(shown("amqps://user:hidden@broker.example.org:5555"), "amqps://broker.example.org:5555");
        let settings = EventsSettings { events_url: "amqp://user:hidden@host".parse().unwrap() };
        assert!(!format!("{settings:?}").contains("hidden"));
    }

    #[test]
    fn a_bus_may_have_a_name() {
        assert_eq!(shown("in-process:"), "in-process:");
        assert_eq!("in-process:polyops".parse(), Ok(EventsUrl::InProcess(Some("polyops".to_owned()))));
    }

    #[test]
    fn what_we_cannot_speak_to_is_refused() {
        for url in ["", "kafka://host", "in-process", "amqp:host", "amqp://host:port", "amqp://host:70000"] {
            assert!(url.parse::<EventsUrl>().is_err(), "{url}");
        }
    }
}
