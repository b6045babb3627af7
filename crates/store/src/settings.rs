//! What can be set.

use crate::StoreUrl;

/// The setting of every service that keeps documents. Its default is the service's own: flatten this, and name the
/// file with [`StoreSettings::or_file`].
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub struct StoreSettings {
    /// Where the documents are kept: `sqlite:FILE`, `redis://[USER:PASSWORD@]HOST:PORT/DATABASE`, or `memory:` for as long
    /// as the service runs [default: sqlite:data/NAME.db]
    #[arg(long, env = "STORE_URL", value_name = "URL", hide_env_values = true)]
    pub store_url: Option<StoreUrl>,
}

impl StoreSettings {
    /// The address that was set, or this file.
    pub fn or_file(&self, path: &str) -> StoreUrl {
        self.store_url.clone().unwrap_or_else(|| StoreUrl::Sqlite(path.to_owned()))
    }
}
