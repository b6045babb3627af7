//! `--demo`: 90 days of a made-up company, told through the services' own routes, and a life that goes on.
//!
//! The story is in `story.toml`. Its services run on a clock that is set from one event to the next, [`clock`]: what
//! happened eighty days ago is written by the same code, with the same checks, as what happens now. Two things are put into
//! the storage before their services start: how many people reported what in which quarter of an hour, [`past`], which
//! would take a hundred thousand requests, and how the services were on each day, [`watched`], which the status page learns
//! by looking. Then the clock is handed over to the real one, and [`live`] goes on.

pub mod acts;
pub mod chance;
pub mod clock;
pub mod live;
pub mod past;
pub mod stage;
pub mod story;
pub mod telling;
pub mod watched;

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chassis::StartError;
use chassis::clock::{Clock, SharedClock, SystemClock};
use chassis::ids::{Ids, RandomIds};
use serde::{Deserialize, Serialize};

use self::clock::StoryClock;
use self::stage::Stage;
use self::story::Story;
use crate::data::Folder;
use crate::members::Member;
use crate::wiring::Wiring;

/// The file that says what was made up in a data folder.
const MARK: &str = "demo.json";

/// What the chances of the story grow from: the same in every run, so that everybody sees the same.
const SEED: u64 = 20_261_123;

/// The services that the story is about. That of the cloud providers reads what is so, and not what is told.
const CAST: [&str; 6] = ["inventory", "users", "incidents", "communications", "flags", "add-product"];

/// Characters of the password of the people of the story: 64 random bits.
const PASSWORD: usize = 16;

/// A demonstration.
#[derive(Debug)]
pub struct Demo {
    mark: Mark,
    path: PathBuf,
    story: Story,
    clock: Arc<StoryClock>,
    /// Of the users service, which joins the story late.
    users_clock: Arc<StoryClock>,
}

/// What is known of the demonstration in a data folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Mark {
    /// When it was made, in Unix seconds.
    made_at: i64,
    /// Whether the story was told to its end.
    finished: bool,
    /// The password of the people of the story, made for this folder.
    password: String,
}

/// Why there can be no demonstration with these services alone.
pub fn refusal(members: &[Member]) -> Option<String> {
    let missing = CAST.iter().find(|name| members.iter().all(|member| member.name != **name))?;
    Some(format!("--demo tells of all services, and {missing} is not among those of --only; leave one of the two out"))
}

/// Whether a demonstration was begun in this folder, and not finished: it is told anew, and not gone on with.
pub fn was_interrupted(folder: &Path) -> bool {
    let path = folder.join(MARK);
    // with the new mark alone, it was broken off at its very beginning
    Mark::read(&path).map_or_else(|| Mark::aside(&path).exists(), |mark| !mark.finished)
}

/// Why nothing real is put into a demonstration that was broken off: the next one would take it away with the rest.
pub fn interrupted(folder: &Path) -> String {
    let place = folder.display();
    format!(
        "{place} holds a demonstration that was broken off: --demo tells it anew, --fresh begins with an empty folder, and both move this one aside"
    )
}

impl Demo {
    /// The demonstration of this folder, which is made if the folder is new.
    ///
    /// # Errors
    /// When something else is in it: a made-up history does not go into real data.
    pub fn of(folder: &Folder) -> Result<Self, StartError> {
        let path = folder.path().join(MARK);
        let story = Story::read()?;
        let now = SystemClock.unix_seconds();
        if let Some(mark) = Mark::read(&path).filter(|mark| mark.finished) {
            let real = || Arc::new(StoryClock::real());
            return Ok(Self { mark, path, story, clock: real(), users_clock: real() });
        }
        if !folder.is_new {
            let place = folder.path().display();
            let sentence = format!(
                "{place} holds data that is no demonstration, and nothing is made up beside it: choose another folder with --data, or --fresh, which moves it aside"
            );
            return Err(sentence.into());
        }
        let mark = Mark { made_at: now, finished: false, password: RandomIds.secret()[..PASSWORD].to_owned() };
        mark.write(&path)?;
        let clock = |days: i64| Arc::new(StoryClock::at(now - days * story::DAY));
        let (clock, users_clock) = (clock(story::DAYS), clock(telling::LOGINS_SINCE));
        crate::block_on(async {
            past::write(folder.path(), &story, now).await?;
            watched::write(folder.path(), &story, now).await
        })?;
        Ok(Self { mark, path, story, clock, users_clock })
    }

    /// The clock of a service.
    pub fn clock_of(&self, member: &Member) -> SharedClock {
        match member.name {
            "users" => self.users_clock.clone(),
            // it looks on while the story is told: on the real clock it would have seen three months of trouble today
            "frontend" => self.clock.clone(),
            name if CAST.contains(&name) => self.clock.clone(),
            _ => Arc::new(SystemClock),
        }
    }

    /// Tell the story, if it was not told before, and hand the clock over.
    ///
    /// # Errors
    /// When a service refuses a part of it.
    pub async fn tell(&self, wiring: &Wiring) -> Result<(), StartError> {
        if !self.mark.finished {
            let stage = Stage::of(wiring)?;
            let clocks = [&*self.clock, &*self.users_clock];
            telling::tell(&self.story, &stage, clocks, &self.mark.password, self.mark.made_at).await?;
            Mark { finished: true, ..self.mark.clone() }.write(&self.path)?;
        }
        self.clock.hand_over();
        self.users_clock.hand_over();
        Ok(())
    }

    /// Make things up for as long as this is polled.
    pub async fn live(&self, wiring: &Wiring) {
        match Stage::of(wiring) {
            Ok(stage) => live::go_on(&stage, &self.story).await,
            Err(error) => {
                tracing::warn!(%error, "nothing more is made up");
                std::future::pending::<()>().await;
            }
        }
    }

    /// What is said of it in the start table.
    pub fn summary(&self) -> String {
        let people: Vec<_> = self.story.people.iter().map(|person| person.email.as_str()).collect();
        format!(
            "everything here is made up; log in as one of\n             {}\n             with the password {} (kept in {})",
            people.join(", "),
            self.mark.password,
            self.path.display()
        )
    }
}

impl Mark {
    fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Under which name it is written.
    fn aside(path: &Path) -> PathBuf {
        path.with_extension("json.new")
    }

    /// Readable for its owner alone: it holds a password. Whole or not at all: of half a mark nobody knows what was told.
    fn write(&self, path: &Path) -> Result<(), StartError> {
        let aside = Self::aside(path);
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        fs::rename(&aside, path)?;
        // what was told is not told again after a power cut
        match path.parent() {
            Some(folder) => Ok(File::open(folder)?.sync_all()?),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_mark_is_written_as_a_whole_and_for_its_owner() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join(MARK);
        let mark = |finished: bool| Mark { made_at: 1, finished, password: "x".to_owned() };
        assert!(!was_interrupted(place.path()));
        fs::write(Mark::aside(&path), "{\"made_at\"").unwrap();
        assert!(was_interrupted(place.path()), "half of the first mark");
        mark(false).write(&path).unwrap();
        assert!(was_interrupted(place.path()) && !Mark::aside(&path).exists());
        mark(true).write(&path).unwrap();
        assert!(!was_interrupted(place.path()));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
