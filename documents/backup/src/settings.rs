//! What can be set, beside what every service has.

use std::path::PathBuf;

use secrecy::SecretString;

/// Settings of the backup.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Settings {
    /// Where everything is kept.
    #[command(flatten)]
    pub folder: FolderSetting,

    /// The documents API
    #[arg(long, env = "DOCUMENTS_URL", value_name = "URL", default_value = "http://localhost:7000")]
    pub documents_url: String,

    /// Token of an admin there: its `API_TOKEN`
    #[arg(long, env = "DOCUMENTS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub documents_token: Option<SecretString>,

    /// The notifications, which tell at once that there is news
    #[arg(long, env = "NOTIFICATIONS_URL", value_name = "URL", default_value = "http://localhost:7001")]
    pub notifications_url: String,

    /// Token of an admin there: its `API_TOKEN` [default: none, and news is looked for every so often alone]
    #[arg(long, env = "NOTIFICATIONS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub notifications_token: Option<SecretString>,

    /// How often news is looked for though nobody has told of any, in seconds
    #[arg(long, env = "POLL_SECONDS", value_name = "SECONDS", default_value_t = 30, value_parser = seconds)]
    pub poll_seconds: u64,
}

/// Where everything is kept.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct FolderSetting {
    /// Folder of the backup: the catalogue and every content
    #[arg(long, env = "BACKUP_FOLDER", value_name = "FOLDER", default_value = "data/backup")]
    pub backup_folder: PathBuf,
}

fn seconds(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|seconds| (1..=86_400).contains(seconds)).ok_or("must be a number from 1 to 86400")
}
