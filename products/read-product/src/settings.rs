//! What can be set, beside what every service has.

use events::EventsSettings;
use products::StorageSettings;

/// Settings of the service that lists products.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// The database that it shares with add-product.
    #[command(flatten)]
    pub storage: StorageSettings,

    /// Where it hears that a product was added.
    #[command(flatten)]
    pub events: EventsSettings,

    /// Seconds after which the whole catalogue is read anew though nobody has told of a change: it may have been changed
    /// by hand, or by an instance whose events are heard elsewhere
    #[arg(long, env = "REREAD_SECONDS", value_name = "SECONDS", default_value_t = 10, value_parser = seconds)]
    pub reread_seconds: u32,
}

fn seconds(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|seconds| (1..=3600).contains(seconds)).ok_or("must be a number from 1 to 3600")
}
