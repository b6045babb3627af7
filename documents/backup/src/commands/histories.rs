//! `documents-backup histories`

use std::io::{self, Write};

use chassis::StartError;

use super::moment::shown;
use super::open;
use crate::catalogue::Told;
use crate::settings::FolderSetting;

/// List the histories.
pub(super) async fn run(setting: &FolderSetting) -> Result<(), StartError> {
    let (_, catalogue) = open(setting).await?;
    let all = catalogue.histories().await?;
    catalogue.close().await;
    match table(&mut io::stdout().lock(), &all) {
        // whoever reads has read enough
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

fn table(out: &mut impl Write, all: &[Told]) -> io::Result<()> {
    writeln!(out, "{:>7}  {:>9}  {:20}  {:20}  EPOCH", "HISTORY", "CHANGES", "FIRST SEEN", "LAST SEEN")?;
    for Told { id, epoch, seq, seen, goes_on } in all {
        let (since, until) = seen.map_or_else(Default::default, |(since, until)| (shown(since), shown(until)));
        let epoch: String = epoch.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        let goes_on = if *goes_on { "  (goes on)" } else { "" };
        writeln!(out, "{id:>7}  {seq:>9}  {since:20}  {until:20}  {epoch}{goes_on}")?;
    }
    Ok(())
}
