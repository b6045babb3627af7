//! `documents-backup restore`

mod output;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chassis::StartError;

use self::output::{Written, into_folder, write};
use super::moment::shown;
use super::names::{Taken, safe};
use super::past::{Past, When, same_files};
use crate::catalogue::Kept;
use crate::model::{ContentState, FileVersion, Kind};
use crate::settings::FolderSetting;

/// What to give back, and where to.
#[derive(Debug, Clone, clap::Args)]
pub struct Restore {
    #[command(flatten)]
    folder: FolderSetting,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    when: When,

    /// Where to: of one file its new name, or a folder that is there [default: its own name, here]; of all files a
    /// folder, in which each user has one
    #[arg(long, value_name = "PATH", required_if_eq("all", "true"))]
    to: Option<PathBuf>,

    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, clap::Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The number of the file
    #[arg(long, value_name = "ID")]
    file: Option<i64>,

    /// All files
    #[arg(long)]
    all: bool,
}

impl Restore {
    pub(super) async fn run(&self) -> Result<(), StartError> {
        let past = Past::open(&self.folder, &self.when).await?;
        match self.which.file {
            Some(file) => self.one(past, file).await,
            None => self.all(past).await,
        }
    }

    async fn one(&self, past: Past, file: i64) -> Result<(), StartError> {
        let version = past.find(file).await?;
        past.catalogue.close().await;
        let name = safe(&version.name);
        let path = match &self.to {
            Some(to) if to.is_dir() => to.join(name),
            Some(to) => to.clone(),
            None => PathBuf::from(name),
        };
        match write(&past.folder, &version, &path, self.force)? {
            Written::Done => {
                println!("{version} is in {}", path.display());
                Ok(())
            }
            Written::Exists => Err(format!("{} is there already: --force overwrites it", path.display()).into()),
        }
    }

    async fn all(&self, past: Past) -> Result<(), StartError> {
        let to = self.to.as_deref().unwrap_or(Path::new("."));
        let files = async |history| Ok(past.catalogue.files_at(history, past.moment).await?);
        let (history, kept) = past.agreed(files, |one, other| same_files(one, other)).await?;
        past.tell(history);
        // a service may start while contents are copied, which takes long
        past.catalogue.close().await;
        std::fs::create_dir_all(to).map_err(|error| format!("cannot make the folder {}: {error}", to.display()))?;
        let (mut taken, mut left): (BTreeMap<_, Taken>, _) = (BTreeMap::new(), 0);
        for Kept { change, content, why } in &kept {
            let (file, owner) = (&change.file, change.file.user_id);
            let name = taken.entry(owner).or_default().give(&file.name, file.id);
            let done = usable(file, *content, why.as_deref()).and_then(|()| {
                let folder = into_folder(to, &owner.map_or("company".to_owned(), |user| format!("user-{user}")))?;
                match write(&past.folder, file, &folder.join(&name), self.force)? {
                    Written::Done => Ok(()),
                    Written::Exists => Err("it is there already: --force overwrites it".into()),
                }
            });
            if let Err(error) = done {
                eprintln!("not restored: file {} ({name}): {error}", file.id);
                left += 1;
            }
        }
        println!("{} of {} files are in {}", kept.len() - left, kept.len(), to.display());
        if left == 0 { Ok(()) } else { Err(format!("{left} of {} files were not restored", kept.len()).into()) }
    }
}

impl Past {
    /// The version that this file had.
    async fn find(&self, file: i64) -> Result<FileVersion, StartError> {
        let ask = async |history| {
            let made = self.catalogue.made_at(history, file).await?;
            Ok((made, self.catalogue.file_at(history, file, self.moment).await?))
        };
        let (history, (made, kept)) =
            self.agreed(ask, |(_, one), (_, other)| is_same(one.as_ref(), other.as_ref())).await?;
        let Some(made) = made else {
            let elsewhere = self.elsewhere(file, history).await?;
            return Err(format!("there is no file {file} in history {history} of this backup{elsewhere}").into());
        };
        let Some(Kept { change, content, why }) = kept else {
            let (then, made) = (shown(self.moment), shown(made));
            return Err(format!("file {file} did not exist yet at {then}: it was made at {made}").into());
        };
        if change.kind == Kind::Deleted {
            let at = shown(change.at);
            let before = shown(change.at.saturating_sub(1));
            return Err(format!("file {file} was deleted at {at}: --at {before}, or before, restores it").into());
        }
        self.tell(history);
        usable(&change.file, content, why.as_deref())?;
        Ok(change.file)
    }
}

/// Whether two histories say the same of a file.
fn is_same(one: Option<&Kept>, other: Option<&Kept>) -> bool {
    let what = |kept: &Kept| (kept.change.kind, kept.change.file.clone());
    one.map(what) == other.map(what)
}

fn usable(file: &FileVersion, content: ContentState, why: Option<&str>) -> Result<(), StartError> {
    if content == ContentState::Missing {
        let why = why.unwrap_or("the API did not give it");
        return Err(format!("the content of {file} is missing: {why}").into());
    }
    Ok(())
}
