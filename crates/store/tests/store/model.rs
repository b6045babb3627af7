//! Any sequence of operations gives the same answers in every storage: those of a model that is too simple to be wrong.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use proptest::collection::vec;
use proptest::prelude::*;
use store::{Draft, Entry, Store, StoreError};

use crate::document::{Note, note, try_open};

const COLOURS: [&str; 3] = ["red", "green", "blue"];
const LOGS: [&str; 2] = ["audit", "deliveries"];

/// What one step of a closure does.
#[derive(Debug, Clone)]
enum Step {
    Put(String, &'static str),
    Delete(String),
    Emit(u32),
    Append(&'static str, u32),
}

/// A closure: its steps, and whether it is sorry in the end.
#[derive(Debug, Clone)]
struct Closure {
    steps: Vec<Step>,
    refused: bool,
}

#[derive(Debug, Clone)]
enum Operation {
    /// Several at the same time, handed in in this order.
    Write(Vec<Closure>),
    /// So many events have arrived.
    Sent(usize),
    Reopen,
}

fn key() -> impl Strategy<Value = String> {
    // the colon is what Redis keys are made of; the others want quotes in JSON, SQL or Lua
    prop::sample::select(vec!["a", "b", "b:", "c", "ü", "'\"", "\\", "z z"]).prop_map(str::to_owned)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (key(), prop::sample::select(&COLOURS[..])).prop_map(|(key, colour)| Step::Put(key, colour)),
        2 => key().prop_map(Step::Delete),
        1 => any::<u32>().prop_map(Step::Emit),
        1 => (prop::sample::select(&LOGS[..]), any::<u32>()).prop_map(|(log, entry)| Step::Append(log, entry)),
    ]
}

fn closure() -> impl Strategy<Value = Closure> {
    (vec(step(), 0..4), prop::bool::weighted(0.2)).prop_map(|(steps, refused)| Closure { steps, refused })
}

/// Each with the replica on which it is done.
fn operations() -> impl Strategy<Value = Vec<(usize, Operation)>> {
    let operation = prop_oneof![
        8 => vec(closure(), 1..5).prop_map(Operation::Write),
        1 => (0_usize..6).prop_map(Operation::Sent),
        1 => Just(Operation::Reopen),
    ];
    vec((0_usize..2, operation), 1..20)
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    revision: u64,
    notes: BTreeMap<String, Entry<Note>>,
    outbox: Vec<(u64, String)>,
    logs: BTreeMap<&'static str, Vec<(u64, u64)>>,
}

impl Model {
    /// What the closure returns: how many of its deletions found something.
    fn write(&mut self, closure: &Closure) -> Option<usize> {
        let mut next = self.clone();
        next.revision += 1;
        let (mut deleted, mut events, mut entries, mut written) = (0, 0, 0, false);
        let position = |number| next.revision * 1000 + number;
        for step in &closure.steps {
            match step {
                Step::Put(key, colour) => {
                    let entry = Entry { version: next.revision, document: note(key, colour) };
                    next.notes.insert(key.clone(), entry);
                    written = true;
                }
                Step::Delete(key) => {
                    if next.notes.remove(key).is_some() {
                        deleted += 1;
                        written = true;
                    }
                }
                Step::Emit(event) => {
                    next.outbox.push((position(events), event.to_string()));
                    (events, written) = (events + 1, true);
                }
                Step::Append(log, entry) => {
                    next.logs.entry(log).or_default().push((position(entries), u64::from(*entry)));
                    (entries, written) = (entries + 1, true);
                }
            }
        }
        if closure.refused {
            return None;
        }
        if written {
            *self = next;
        }
        Some(deleted)
    }
}

fn run(closure: &Closure, draft: &mut Draft) -> Result<usize, StoreError> {
    let mut deleted = 0;
    for step in &closure.steps {
        match step {
            Step::Put(key, colour) => drop(draft.put(note(key, colour))),
            Step::Delete(key) => deleted += usize::from(draft.delete::<Note>(key)),
            Step::Emit(event) => draft.emit(event.to_string()),
            Step::Append(log, entry) => draft.append(log, entry),
        }
    }
    // some error that no storage gives here
    if closure.refused { Err(StoreError::Failed) } else { Ok(deleted) }
}

/// Everything that can be asked.
async fn same(store: &Store, model: &Model) {
    // brings a replica up to date: what a closure sees is never old
    store.write(|_| Ok::<_, StoreError>(())).await.unwrap();
    let now = store.read();
    assert_eq!(now.revision(), model.revision);
    let entries =
        |found: Vec<&std::sync::Arc<Entry<Note>>>| found.into_iter().map(|e| Entry::clone(e)).collect::<Vec<_>>();
    let expected = |wanted: &dyn Fn(&Note) -> bool| {
        model.notes.values().filter(|entry| wanted(entry)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(entries(now.iter().collect()), expected(&|_| true));
    assert_eq!(now.count::<Note>(), model.notes.len());
    for colour in COLOURS {
        let found = expected(&|note| note.colour == colour);
        assert_eq!(entries(now.find("colour", colour).collect()), found);
        assert_eq!(now.count_of::<Note>("colour", colour), found.len());
        let backwards: Vec<_> = found.into_iter().rev().collect();
        assert_eq!(entries(now.find("colour", colour).rev().collect()), backwards);
    }
    for key in ["", "b", "b:", "c", "zz"] {
        assert_eq!(now.get::<Note>(key).map(|entry| Entry::clone(entry)), model.notes.get(key).cloned());
        assert_eq!(
            entries(now.after(key).take(2).collect()),
            expected(&|n| *n.id > *key)[..].iter().take(2).cloned().collect::<Vec<_>>()
        );
        let before: Vec<_> = expected(&|n| *n.id < *key).into_iter().rev().take(2).collect();
        assert_eq!(entries(now.before(key).rev().take(2).collect()), before);
    }
    let outbox = store.outbox();
    assert_eq!(outbox.count().await.unwrap(), model.outbox.len() as u64);
    for limit in [0, 2, usize::MAX] {
        let pending = outbox.pending(limit).await.unwrap();
        let pending: Vec<_> = pending.into_iter().map(|pending| (pending.position, pending.event)).collect();
        assert_eq!(pending, model.outbox[..model.outbox.len().min(limit)]);
    }
    for log in LOGS {
        let all = model.logs.get(log).cloned().unwrap_or_default();
        let middle = all.get(all.len() / 2).map(|(position, _)| *position);
        for (before, limit) in
            [(None, 3), (None, 0), (None, usize::MAX), (middle, 2), (Some(0), 1), (Some(u64::MAX), 1)]
        {
            let page = store.log(log, before, limit).await.unwrap();
            let page: Vec<_> = page.iter().map(|entry| (entry.position, entry.entry.as_u64().unwrap())).collect();
            let wanted = all.iter().rev().filter(|(position, _)| before.is_none_or(|before| *position < before));
            assert_eq!(page, wanted.take(limit).copied().collect::<Vec<_>>(), "{log} before {before:?}");
        }
    }
}

async fn check(url: &str, namespace: &str, replicas: usize, operations: &[(usize, Operation)]) {
    let mut model = Model::default();
    let mut stores = Vec::new();
    for _ in 0..replicas {
        stores.push(try_open(url, namespace).await.unwrap());
    }
    for (replica, operation) in operations {
        let replica = replica % replicas;
        match operation {
            Operation::Write(closures) => {
                let answers = join_all(closures.iter().map(|closure| {
                    let closure = closure.clone();
                    stores[replica].write(move |draft| run(&closure, draft))
                }));
                let answers: Vec<_> = answers.await.into_iter().map(Result::ok).collect();
                assert_eq!(answers, closures.iter().map(|closure| model.write(closure)).collect::<Vec<_>>());
            }
            Operation::Sent(count) => {
                let sent = model.outbox.len().min(*count);
                if let Some((upto, _)) = model.outbox.drain(..sent).next_back() {
                    stores[replica].outbox().sent(upto).await.unwrap();
                }
            }
            Operation::Reopen if url == "memory:" => {}
            Operation::Reopen => stores[replica] = try_open(url, namespace).await.unwrap(),
        }
        same(&stores[replica], &model).await;
    }
    for store in &stores {
        same(store, &model).await;
    }
}

/// `cases` random sequences, each in a namespace or a file of its own.
fn any_sequence_is_as_in_the_model(
    cases: u32,
    replicas: usize,
    runtime: &tokio::runtime::Runtime,
    url: impl Fn(u32) -> String,
) {
    let case = AtomicU32::new(0);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    proptest!(config, |(operations in operations())| {
        let case = case.fetch_add(1, Ordering::Relaxed);
        runtime.block_on(check(&url(case), &format!("case-{case}"), replicas, &operations));
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn memory_answers_as_the_model_does() {
    any_sequence_is_as_in_the_model(256, 1, &runtime(), |_| "memory:".to_owned());
}

#[test]
fn sqlite_answers_as_the_model_does_on_two_replicas() {
    let folder = tempfile::TempDir::new().unwrap();
    let url = |case| format!("sqlite:{}", folder.path().join(format!("{case}.db")).display());
    any_sequence_is_as_in_the_model(64, 2, &runtime(), url);
}

mod redis {
    use super::*;

    #[test]
    fn redis_answers_as_the_model_does_on_two_replicas() {
        let runtime = runtime();
        let database = runtime.block_on(testbed::redis::database());
        any_sequence_is_as_in_the_model(64, 2, &runtime, |_| database.url());
    }
}
