//! What the program does when asked to: all of it without the API and the notifications, also while the service runs, and
//! on a folder that cannot be written.

mod histories;
mod list;
mod moment;
mod names;
mod past;
mod restore;
mod verify;

use chassis::StartError;

use crate::catalogue::{Catalogue, Reading};
use crate::folder::Folder;
use crate::settings::FolderSetting;

/// Commands of the backup.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Give back a file, or all files, as of any moment
    ///
    /// Nothing in the backup's folder is changed: it may be on a medium that cannot be written, and the service may run.
    Restore(restore::Restore),
    /// List the files of any moment
    ///
    /// Nothing in the backup's folder is changed: it may be on a medium that cannot be written, and the service may run.
    List(list::List),
    /// List the databases that the documents API has had: numbers of files mean something else in each
    Histories(FolderSetting),
    /// Read every content again, and say which are damaged, lost, unreadable or missing
    ///
    /// Nothing in the backup's folder is changed but with --mark. The exit code is 1 when anything is wrong.
    Verify(verify::Verify),
}

/// Do what the command says.
///
/// # Errors
/// When it cannot be done: one sentence.
pub async fn run(command: Command) -> Result<(), StartError> {
    match command {
        Command::Restore(restore) => restore.run().await,
        Command::List(list) => list.run().await,
        Command::Histories(folder) => histories::run(&folder).await,
        Command::Verify(verify) => verify.run().await,
    }
}

/// The folder of a backup that is there.
fn folder(setting: &FolderSetting) -> Result<Folder, StartError> {
    let folder = Folder::at(&setting.backup_folder);
    if folder.catalogue().is_file() {
        return Ok(folder);
    }
    let path = folder.path().display();
    Err(format!("there is no backup in {path}: --backup-folder (BACKUP_FOLDER) says where it is").into())
}

/// The same, and its catalogue, to be read.
async fn open(setting: &FolderSetting) -> Result<(Folder, Reading), StartError> {
    let folder = folder(setting)?;
    let path = folder.path().display();
    let catalogue = Reading::of(&folder).await.map_err(|error| format!("cannot use {path}: {error}"))?;
    Ok((folder, catalogue))
}

/// The same, and its catalogue, to be written.
async fn open_to_write(setting: &FolderSetting) -> Result<(Folder, Catalogue), StartError> {
    let folder = folder(setting)?;
    let path = folder.path().display();
    let opened = Catalogue::open(&folder.catalogue()).await;
    let catalogue = opened.map_err(|error| format!("cannot write into {path}: {error}"))?;
    Ok((folder, catalogue))
}
