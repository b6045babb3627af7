//! `documents-backup verify`

use std::time::Duration;

use chassis::StartError;
use tokio::time::Instant;

use super::open;
use crate::catalogue::Content;
use crate::folder::Found;
use crate::model::ContentState;
use crate::settings::FolderSetting;

/// How often long work says how far it is.
const PROGRESS_EVERY: Duration = Duration::from_secs(5);

/// Read everything again; what is damaged is marked, and what is well again too.
pub(super) async fn run(setting: &FolderSetting) -> Result<(), StartError> {
    let (folder, catalogue) = open(setting).await?;
    let contents = catalogue.contents().await?;
    let (all, mut damaged, mut missing, mut bytes) = (contents.len(), 0, 0, 0);
    let mut told = Instant::now();
    for (number, Content { sha256, size, state }) in contents.into_iter().enumerate() {
        if told.elapsed() >= PROGRESS_EVERY {
            eprintln!("{number} of {all} contents, {bytes} bytes so far");
            told = Instant::now();
        }
        let found = folder.check(sha256, size)?;
        let now = match (found, state) {
            (Found::Sound, _) => ContentState::Here,
            (Found::Nothing, ContentState::Missing) => ContentState::Missing,
            (Found::Nothing | Found::Damaged, _) => ContentState::Damaged,
        };
        match (now, found) {
            (ContentState::Here, _) => bytes += size,
            (ContentState::Missing, _) => {
                missing += 1;
                println!("missing: {sha256}: the API had it no more when it was to be copied");
            }
            (ContentState::Damaged, Found::Nothing) => {
                damaged += 1;
                println!("lost: {}", folder.content(sha256).display());
            }
            (ContentState::Damaged, _) => {
                damaged += 1;
                println!("damaged: {}", folder.content(sha256).display());
            }
        }
        if now != state {
            catalogue.mark(sha256, now).await?;
        }
    }
    println!("{} of {all} contents are sound, {bytes} bytes", all - damaged - missing);
    match (damaged, missing) {
        (0, 0) => Ok(()),
        (0, _) => Err(format!("{missing} contents are missing: the API had them no more").into()),
        _ => Err(format!(
            "{damaged} contents are damaged or lost: the service fetches them anew where the API has them; \
             {missing} more were always missing"
        )
        .into()),
    }
}
