//! Keeps account of what was acknowledged, and holds a storage against it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use store::{Entry, Store, StoreError};
use testbed::process::{Program, Running};
use testbed::wait;
use tokio::task::JoinHandle;

use crate::document::{Note, count, note, open};

pub const PATIENCE: Duration = Duration::from_secs(20);

/// Write a note, an event and an entry of a log, all with this name.
pub async fn write(store: &Store, id: String) -> Result<(), StoreError> {
    store
        .write(move |draft| {
            draft.put(note(&id, "red"));
            draft.emit(id.clone());
            draft.append("audit", &id);
            Ok(())
        })
        .await
}

/// What became of writes.
#[derive(Debug, Default)]
pub struct Ledger {
    pub kept: BTreeSet<String>,
    pub refused: BTreeSet<String>,
    pub unsure: BTreeSet<String>,
}

impl Ledger {
    fn note(&mut self, id: String, answer: Result<(), StoreError>) {
        let place = match answer {
            Ok(()) => &mut self.kept,
            Err(StoreError::Unconfirmed) => &mut self.unsure,
            Err(_) => &mut self.refused,
        };
        place.insert(id);
    }

    pub fn append(&mut self, mut other: Self) {
        self.kept.append(&mut other.kept);
        self.refused.append(&mut other.refused);
        self.unsure.append(&mut other.unsure);
    }

    /// What was acknowledged is there, what was refused is not, and nothing is there by half: documents, outbox and log
    /// agree, and so do who has followed the change log and who has loaded the documents.
    pub async fn agrees_with(&self, url: &str, follower: &Store) {
        let store = open(url).await;
        let notes: Vec<_> = store.read().iter::<Note>().map(|note| Entry::clone(note)).collect();
        let ids: BTreeSet<_> = notes.iter().map(|note| note.id.clone()).collect();
        let missing: Vec<_> = self.kept.difference(&ids).collect();
        assert!(missing.is_empty(), "acknowledged and lost: {missing:?}");
        let there: Vec<_> = self.refused.intersection(&ids).collect();
        assert!(there.is_empty(), "refused and there: {there:?}");
        let unknown = ids.iter().find(|id| !self.kept.contains(*id) && !self.unsure.contains(*id));
        assert_eq!(unknown, None, "nobody wrote it");
        let events = store.outbox().pending(usize::MAX).await.unwrap();
        assert_eq!(events.into_iter().map(|pending| pending.event).collect::<BTreeSet<_>>(), ids);
        let entries = store.log("audit", None, usize::MAX).await.unwrap();
        let entries = entries.into_iter().map(|entry| entry.entry.as_str().unwrap().to_owned());
        assert_eq!(entries.collect::<BTreeSet<_>>(), ids);
        assert_eq!(store.read().revision(), ids.len() as u64);
        caught_up(follower, store.read().revision()).await;
        let by_change_log: Vec<_> = follower.read().iter::<Note>().map(|note| Entry::clone(note)).collect();
        assert_eq!(by_change_log, notes);
    }
}

/// Wait until the store has read this far.
pub async fn caught_up(store: &Store, revision: u64) {
    let reached = async || (store.read().revision() >= revision).then_some(());
    wait::until_async("a replica to follow", PATIENCE, reached).await;
}

/// Wait until the store finds its storage to be there, or to be gone.
pub async fn reachable(store: &Store, wanted: bool) {
    let noticed = async || (store.is_reachable() == wanted).then_some(());
    wait::until_async("the store to look at its storage", PATIENCE, noticed).await;
}

/// Wait until this succeeds.
pub async fn writes_again(store: &Store, id: &str) {
    let written = async || write(store, id.to_owned()).await.ok();
    wait::until_async("the store to write again", PATIENCE, written).await;
}

/// Writers that go on until they are told to stop.
pub struct Writers {
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<Ledger>>,
}

impl Writers {
    pub fn start(store: &Store, name: &str, count: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let write = |writer| {
            let (store, stop, name) = (store.clone(), Arc::clone(&stop), format!("{name}-{writer}"));
            tokio::spawn(async move {
                let mut ledger = Ledger::default();
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let id = format!("{name}-{number}");
                    let answer = write(&store, id.clone()).await;
                    if answer.is_err() {
                        // as a client does
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    ledger.note(id, answer);
                }
                ledger
            })
        };
        let tasks = (0..count).map(write).collect();
        Self { stop, tasks }
    }

    pub async fn stop(self) -> Ledger {
        self.stop.store(true, Ordering::Relaxed);
        let mut ledger = Ledger::default();
        for task in self.tasks {
            ledger.append(task.await.unwrap());
        }
        ledger
    }
}

/// What 200 counts gave, a hundred on each replica, four at a time; sorted.
pub async fn counted(replicas: &[Store; 2]) -> Vec<u64> {
    let counters = (0..8).map(|number| {
        let store = replicas[number % 2].clone();
        async move {
            let mut values = Vec::new();
            for _ in 0..25 {
                values.push(count(&store, "together").await.unwrap());
            }
            values
        }
    });
    let mut values = join_all(counters).await.concat();
    values.sort_unstable();
    values
}

/// A process that writes into this storage, once it has had some writes acknowledged.
pub async fn writing_process(url: &str) -> Running {
    let running = Program::new(env!("CARGO_BIN_EXE_store-writer")).arg(url).spawn();
    let writes = async || (running.stdout().lines().count() > 100).then_some(());
    wait::until_async("the process to write", PATIENCE, writes).await;
    running
}

/// Kill three processes in the middle of their writes, one after another, and look at what they leave.
pub async fn is_whole_after_its_writers_were_killed(url: &str) {
    let follower = open(url).await;
    let mut ledger = Ledger::default();
    for _ in 0..3 {
        let mut process = writing_process(url).await;
        process.kill_9();
        let said = process.stdout();
        // the last line may have been cut
        let complete = said.rsplit_once('\n').map_or("", |(lines, _)| lines);
        ledger.kept.extend(complete.lines().map(str::to_owned));
        // a round that was committed and not printed
        let rounds: BTreeSet<_> = complete.lines().filter_map(|id| id.rsplit_once('-')?.0.rsplit_once('-')).collect();
        let last = rounds.iter().filter_map(|(_, round)| round.parse::<u64>().ok()).max().unwrap();
        for round in last..=last + 1 {
            ledger.unsure.extend((0..8).map(|number| format!("{}-{round}-{number}", process.id())));
        }
    }
    ledger.agrees_with(url, &follower).await;
}
