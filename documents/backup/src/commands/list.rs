//! `documents-backup list`

use std::io::{self, Write};

use chassis::StartError;
use serde::Serialize;

use super::moment::shown;
use super::past::{Past, When, same_files};
use crate::catalogue::Kept;
use crate::model::{ContentState, FileVersion};
use crate::settings::FolderSetting;

/// What to list.
#[derive(Debug, Clone, clap::Args)]
pub struct List {
    #[command(flatten)]
    folder: FolderSetting,

    #[command(flatten)]
    when: When,

    /// As a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    file: &'a FileVersion,
    /// Since when, in Unix seconds.
    at: i64,
    content: ContentState,
    /// Why that is not here, if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

impl List {
    pub(super) async fn run(&self) -> Result<(), StartError> {
        let past = Past::open(&self.folder, &self.when).await?;
        let files = async |history| Ok(past.catalogue.files_at(history, past.moment).await?);
        let (history, kept) = past.agreed(files, |one, other| same_files(one, other)).await?;
        past.tell(history);
        past.catalogue.close().await;
        let mut out = io::stdout().lock();
        let written = if self.json { json(&mut out, &kept) } else { table(&mut out, &kept) };
        match written {
            // whoever reads has read enough
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }
}

fn json(out: &mut impl Write, kept: &[Kept]) -> io::Result<()> {
    let listed = kept.iter().map(|Kept { change, content, why }| Listed {
        file: &change.file,
        at: change.at,
        content: *content,
        why: why.as_deref(),
    });
    let listed: Vec<_> = listed.collect();
    serde_json::to_writer_pretty(&mut *out, &listed)?;
    writeln!(out)
}

fn table(out: &mut impl Write, kept: &[Kept]) -> io::Result<()> {
    writeln!(
        out,
        "{:>8}  {:>8}  {:>7}  {:>14}  {:20}  {:7}  NAME",
        "FILE", "USER", "VERSION", "BYTES", "SINCE", "CONTENT"
    )?;
    for Kept { change, content, .. } in kept {
        let file = &change.file;
        let user = file.user_id.map_or_else(|| "-".to_owned(), |user| user.to_string());
        // a name must not move the cursor of whoever reads it
        let name: String = file.name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        let (since, content) = (shown(change.at), content.as_str());
        writeln!(
            out,
            "{:>8}  {user:>8}  {:>7}  {:>14}  {since:20}  {content:7}  {name}",
            file.id, file.version, file.size
        )?;
    }
    Ok(())
}
