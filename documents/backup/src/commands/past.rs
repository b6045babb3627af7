//! A moment, and the history in which it lies.

use std::fmt::Write;

use chassis::StartError;

use super::moment::{self, Moment, shown};
use super::open;
use crate::catalogue::{Kept, Reading, Told, in_force};
use crate::folder::Folder;
use crate::model::FileVersion;
use crate::settings::FolderSetting;

/// Which files.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct When {
    /// The moment, such as 2026-11-22T10:00:00Z [default: now]
    #[arg(long, value_name = "MOMENT", value_parser = moment::parse)]
    at: Option<Moment>,

    /// The history to take, as `documents-backup histories` numbers them: there is one for each database that the documents
    /// API has had, and one more each time that one was set back [default: the one that was followed at that moment]
    #[arg(long, value_name = "N")]
    history: Option<i64>,

    /// Take a history of the database that the documents API calls so: its `Documents-Epoch`
    #[arg(long, value_name = "EPOCH", conflicts_with = "history")]
    epoch: Option<String>,
}

/// A backup that is there, a moment, and the histories in which it may lie.
pub(super) struct Past {
    pub(super) folder: Folder,
    pub(super) catalogue: Reading,
    pub(super) moment: i64,
    all: Vec<Told>,
    candidates: Vec<i64>,
}

impl Past {
    pub(super) async fn open(setting: &FolderSetting, when: &When) -> Result<Self, StartError> {
        let (folder, catalogue) = open(setting).await?;
        let moment = when.at.map_or(i64::MAX, Moment::unix_seconds);
        let (all, mut periods) = (catalogue.histories().await?, catalogue.periods().await?);
        if all.is_empty() {
            return Err(format!("the backup in {} is empty", folder.path().display()).into());
        }
        if let Some(epoch) = &when.epoch {
            periods.retain(|period| period.epoch == *epoch);
        }
        let candidates = match when.history {
            Some(history) if all.iter().any(|told| told.id == history) => vec![history],
            Some(history) => return Err(format!("there is no history {history} in this backup{}", named(&all)).into()),
            None => in_force(&periods, moment),
        };
        if candidates.is_empty() {
            let epoch = when.epoch.as_deref().unwrap_or_default();
            return Err(format!("no database of this backup is called {epoch}{}", named(&all)).into());
        }
        Ok(Self { folder, catalogue, moment, all, candidates })
    }

    /// What all histories in question say of this; when they do not say the same, the moment is ambiguous, and nobody but
    /// whoever asks can tell. With it comes which history that is.
    pub(super) async fn agreed<T>(
        &self,
        ask: impl AsyncFn(i64) -> Result<T, StartError>,
        same: impl Fn(&T, &T) -> bool,
    ) -> Result<(i64, T), StartError> {
        let mut agreed: Option<(i64, T)> = None;
        for history in self.candidates.iter().rev() {
            let answer = ask(*history).await?;
            match &agreed {
                Some((_, first)) if !same(first, &answer) => return Err(self.ambiguous().into()),
                Some(_) => {}
                None => agreed = Some((*history, answer)),
            }
        }
        agreed.ok_or_else(|| "no history is in question".into())
    }

    /// Tell which history was taken, where there are several: numbers of files mean something else in each.
    pub(super) fn tell(&self, history: i64) {
        if let Some(told) = self.all.iter().find(|told| told.id == history && self.all.len() > 1) {
            let others = self.all.len() - 1;
            eprintln!("taken: {}; --history chooses one of {others} more", words(told));
        }
    }

    fn ambiguous(&self) -> String {
        let mut said = format!(
            "{} is ambiguous: the API's database was replaced or set back around then, and what there was is not the same \
             in",
            shown(self.moment)
        );
        for (number, told) in self.all.iter().filter(|told| self.candidates.contains(&told.id)).enumerate() {
            let between = if number == 0 { " " } else { ", and in " };
            // writing to a String cannot fail
            let _ = write!(said, "{between}{}", words(told));
        }
        said + ": --history names one"
    }

    /// Where else there is a file of this number, as the end of a sentence.
    pub(super) async fn elsewhere(&self, file: i64, history: i64) -> Result<String, StartError> {
        let others = self.catalogue.histories_of(file).await?;
        let others = others.iter().filter(|other| **other != history).map(|other| format!("--history {other}"));
        let others: Vec<String> = others.collect();
        Ok(if others.is_empty() { String::new() } else { format!("; another database had one: {}", others.join(", ")) })
    }
}

/// Whether two lists are of the same files.
pub(super) fn same_files(one: &[Kept], other: &[Kept]) -> bool {
    let files = |kept: &'_ [Kept]| -> Vec<FileVersion> { kept.iter().map(|kept| kept.change.file.clone()).collect() };
    files(one) == files(other)
}

/// One history in words.
pub(super) fn words(told: &Told) -> String {
    let Told { id, epoch, seen, .. } = told;
    let seen =
        seen.map_or("never seen".to_owned(), |(since, until)| format!("seen {} to {}", shown(since), shown(until)));
    format!("history {id} (epoch {epoch}, {seen})")
}

fn named(all: &[Told]) -> String {
    let all: Vec<String> = all.iter().map(words).collect();
    format!(": there is {}", all.join(", "))
}
