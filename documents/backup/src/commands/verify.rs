//! `documents-backup verify`

use std::io::{self, Write};
use std::time::Duration;

use chassis::StartError;
use tokio::time::Instant;

use super::{open, open_to_write};
use crate::catalogue::Content;
use crate::folder::{Folder, Found};
use crate::model::ContentState;
use crate::settings::FolderSetting;

/// How often long work says how far it is.
const PROGRESS_EVERY: Duration = Duration::from_secs(5);

/// Errors of Linux that mean that the disk has lost something, and not that we may not read it: `EIO`, `EBADMSG` (a
/// checksum of the file system), `EUCLEAN` (its structure).
const OF_DISK: [i32; 3] = [5, 74, 117];

/// What to verify.
#[derive(Debug, Clone, clap::Args)]
pub struct Verify {
    #[command(flatten)]
    folder: FolderSetting,

    /// Note in the catalogue which contents are damaged or lost, so that the service fetches them anew [default: nothing
    /// in the folder is changed]
    #[arg(long)]
    mark: bool,
}

/// How many are how.
#[derive(Debug, Default)]
struct Tally {
    sound: u64,
    bytes: u64,
    damaged: u64,
    lost: u64,
    unreadable: u64,
    missing: u64,
}

impl Verify {
    /// Read everything again, whatever is wrong on the way.
    pub(super) async fn run(&self) -> Result<(), StartError> {
        let (folder, contents, marking) = if self.mark {
            let (folder, catalogue) = open_to_write(&self.folder).await?;
            (folder, catalogue.contents().await?, Some(catalogue))
        } else {
            let (folder, catalogue) = open(&self.folder).await?;
            let contents = catalogue.contents().await?;
            // a service may start while the contents are read, which takes long
            catalogue.close().await;
            (folder, contents, None)
        };
        let (all, mut tally, mut told) = (contents.len(), Tally::default(), Instant::now());
        // whoever reads may have read enough: the exit code tells all the same
        let mut say = |line: String| drop(writeln!(io::stdout(), "{line}"));
        for (number, content) in contents.into_iter().enumerate() {
            if told.elapsed() >= PROGRESS_EVERY {
                let _ = writeln!(io::stderr(), "{number} of {all} contents, {} bytes so far", tally.bytes);
                told = Instant::now();
            }
            let now = look(&folder, &content, &mut tally, &mut say);
            if let (Some(catalogue), Some((now, why))) = (&marking, now)
                && now != content.state
            {
                catalogue.mark(content.sha256, now, why).await?;
            }
        }
        say(format!("{} of {all} contents are sound, {} bytes", tally.sound, tally.bytes));
        tally.judge(self.mark).map_err(StartError::from)
    }
}

/// Look at one content, say what is wrong with it, and tell how it stands; none when that cannot be told.
fn look(
    folder: &Folder,
    content: &Content,
    tally: &mut Tally,
    say: &mut impl FnMut(String),
) -> Option<(ContentState, Option<&'static str>)> {
    let (path, Content { sha256, size, state, why }) = (folder.content(content.sha256), content);
    let path = path.display();
    match folder.check(*sha256, *size) {
        Ok(Found::Sound) => {
            (tally.sound, tally.bytes) = (tally.sound + 1, tally.bytes + size);
            Some((ContentState::Here, None))
        }
        Ok(Found::Nothing) if *state == ContentState::Missing => {
            tally.missing += 1;
            say(format!("missing: {path}: {}", why.as_deref().unwrap_or("the API did not give it")));
            Some((ContentState::Missing, None))
        }
        Ok(Found::Nothing) => {
            tally.lost += 1;
            say(format!("lost: {path}: it was here, and is not any more"));
            Some((ContentState::Damaged, Some("it was lost")))
        }
        Ok(Found::Damaged) => {
            tally.damaged += 1;
            say(format!("damaged: {path}: what lies there is not {size} bytes with this checksum"));
            Some((ContentState::Damaged, Some("what lay there was not what belongs there")))
        }
        Err(error) => {
            tally.unreadable += 1;
            say(format!("unreadable: {path}: {error}"));
            let is_of_disk = error.raw_os_error().is_some_and(|code| OF_DISK.contains(&code));
            is_of_disk.then_some((ContentState::Damaged, Some("the disk did not give it back")))
        }
    }
}

impl Tally {
    fn judge(&self, marked: bool) -> Result<(), String> {
        let Self { damaged, lost, unreadable, missing, .. } = self;
        if damaged + lost + unreadable + missing == 0 {
            return Ok(());
        }
        let mut said = format!("{damaged} damaged, {lost} lost, {unreadable} unreadable, {missing} missing");
        if damaged + lost > 0 {
            said += if marked {
                ": the service fetches the damaged and lost ones anew, where the API has them"
            } else {
                ": `documents-backup verify --mark` has the service fetch the damaged and lost ones anew"
            };
        }
        Err(said)
    }
}
