//! What the program does when asked to: all of it without the API and the notifications, also while the service runs.

mod list;
mod moment;
mod names;
mod restore;
mod verify;

use chassis::StartError;

use self::moment::Moment;
use crate::catalogue::Catalogue;
use crate::folder::Folder;
use crate::settings::FolderSetting;

/// Commands of the backup.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Give back a file, or all files, as of any moment
    Restore(restore::Restore),
    /// List the files of any moment
    List(list::List),
    /// Read every content again, and say which are damaged or missing; the service fetches damaged ones anew
    Verify(FolderSetting),
}

/// Do what the command says.
///
/// # Errors
/// When it cannot be done: one sentence.
pub async fn run(command: Command) -> Result<(), StartError> {
    match command {
        Command::Restore(restore) => restore.run().await,
        Command::List(list) => list.run().await,
        Command::Verify(folder) => verify::run(&folder).await,
    }
}

/// Which files.
#[derive(Debug, Clone, clap::Args)]
struct When {
    /// The moment, such as 2026-11-22T10:00:00Z [default: now]
    #[arg(long, value_name = "MOMENT", value_parser = moment::parse)]
    at: Option<Moment>,

    /// The history to take, as `GET /api/v1/history` numbers them: there is one for each database that the documents API
    /// has had [default: the one of that moment]
    #[arg(long, value_name = "N")]
    history: Option<i64>,
}

/// A backup that is there, a moment, and the history in which it lies.
struct Past {
    folder: Folder,
    catalogue: Catalogue,
    moment: i64,
    history: i64,
}

impl Past {
    async fn open(setting: &FolderSetting, when: &When) -> Result<Self, StartError> {
        let (folder, catalogue) = open(setting).await?;
        let moment = when.at.map_or(i64::MAX, Moment::unix_seconds);
        let history = match when.history {
            Some(history) => Some(history),
            None => catalogue.history_at(moment).await?,
        };
        let history = history.ok_or_else(|| format!("the backup in {} is empty", folder.path().display()))?;
        Ok(Self { folder, catalogue, moment, history })
    }
}

async fn open(setting: &FolderSetting) -> Result<(Folder, Catalogue), StartError> {
    let folder = Folder::at(&setting.backup_folder);
    let path = folder.path().display();
    if !folder.catalogue().is_file() {
        return Err(format!("there is no backup in {path}: --backup-folder (BACKUP_FOLDER) says where it is").into());
    }
    let catalogue =
        Catalogue::open(&folder.catalogue()).await.map_err(|error| format!("cannot use {path}: {error}"))?;
    Ok((folder, catalogue))
}
