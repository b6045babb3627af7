//! What can be set, beside what every service has.

use events::EventsSettings;
use products::StorageSettings;

/// Settings of the service that adds products.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// The database that it shares with read-product.
    #[command(flatten)]
    pub storage: StorageSettings,

    /// Where others are told that a product was added.
    #[command(flatten)]
    pub events: EventsSettings,
}
