//! All flags, ready to be evaluated: made of the store's documents when they change, and read by every request.

mod compiled;
mod fragment;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use bytes::{BufMut, Bytes, BytesMut};
use store::{Snapshot, Store};

pub use compiled::{Compiled, Seen};
pub use fragment::Fragment;

use crate::documents::FlagSet;
use crate::logic::{Compiler, Evaluators, Hashing, MadeEvaluators, Request};
use crate::model::{Change, Flag, Metadata};
use crate::writes::evaluators;

/// The rule set as it is now.
#[derive(Debug)]
pub struct Rules {
    current: ArcSwap<Known>,
    /// One of those who ask after a change makes the new rule set, and the others wait for it instead of making it, too.
    making: Mutex<()>,
    hashing: Hashing,
    /// When all flags were last asked for together, in Unix seconds.
    in_bulk: AtomicI64,
}

/// The rule set, and the revision of the store that it is of; none before it was made for the first time.
#[derive(Debug, Default)]
struct Known {
    revision: Option<u64>,
    ruleset: Arc<Ruleset>,
}

/// All flags at one revision of the store.
#[derive(Debug, Default)]
pub struct Ruleset {
    flags: Vec<Arc<Compiled>>,
    places: HashMap<Box<str>, usize>,
    pieces: Vec<Piece>,
    /// The rules of the segments, by their keys.
    pub evaluators: Evaluators,
    /// Those of them that flags refer to, ready to run.
    made: MadeEvaluators,
    /// All of them, in a few bits.
    evaluators_hash: u64,
    /// What is known of all flags.
    pub metadata: Metadata,
    /// What all of this is, in a few letters: the same in every replica.
    pub etag: String,
    /// When it was last changed, in Unix seconds.
    pub last_modified: i64,
}

/// A part of a bulk answer.
#[derive(Debug)]
enum Piece {
    /// Of neighbours that are the same for everybody: made once.
    Fixed(Bytes, u64),
    /// Of a flag that has to be worked out.
    Flag(usize),
}

impl Rules {
    /// None so far.
    pub fn new(hashing: Hashing) -> Self {
        Self { current: ArcSwap::default(), making: Mutex::default(), hashing, in_bulk: AtomicI64::new(0) }
    }

    /// Makes rules that may refer to the segments of this rule set, which must be one of this value's.
    pub fn compiler<'r>(&self, ruleset: &'r Ruleset) -> Compiler<'r> {
        Compiler::knowing(&ruleset.evaluators, self.hashing, ruleset.made.clone())
    }

    /// The rule set of what the store holds now. What has not changed since the last time is not made again.
    pub fn now(&self, store: &Store) -> Arc<Ruleset> {
        self.known(store.read().revision()).unwrap_or_else(|| self.make(store))
    }

    fn known(&self, revision: u64) -> Option<Arc<Ruleset>> {
        let current = self.current.load();
        (current.revision == Some(revision)).then(|| Arc::clone(&current.ruleset))
    }

    fn make(&self, store: &Store) -> Arc<Ruleset> {
        // whoever panicked here has left the last rule set in place
        let _one = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let snapshot = store.read();
        // somebody else may have made it while we waited
        if let Some(made) = self.known(snapshot.revision()) {
            return made;
        }
        let current = self.current.load();
        let old = current.revision.map(|_| &current.ruleset);
        let ruleset = Ruleset::of(&snapshot, old, self.hashing);
        self.current.store(Arc::new(Known { revision: Some(snapshot.revision()), ruleset: Arc::clone(&ruleset) }));
        ruleset
    }

    /// All flags were asked for, now.
    pub fn seen_in_bulk(&self, now: i64) {
        self.in_bulk.store(now, Ordering::Relaxed);
    }

    /// When all flags were last asked for, here.
    pub fn last_bulk(&self) -> Option<i64> {
        Some(self.in_bulk.load(Ordering::Relaxed)).filter(|at| *at > 0)
    }
}

impl Ruleset {
    /// What has not changed since the old one is taken from it.
    fn of(snapshot: &Snapshot, old: Option<&Arc<Self>>, hashing: Hashing) -> Arc<Self> {
        let evaluators = evaluators(snapshot);
        let metadata = snapshot.get::<FlagSet>(FlagSet::KEY).map(|set| set.metadata.clone()).unwrap_or_default();
        let known = |key| old.and_then(|old| old.get(key));
        let same_rules = old.filter(|old| old.evaluators == evaluators);
        let same = same_rules.filter(|old| old.metadata == metadata);
        let made = same_rules.map(|old| old.made.clone()).unwrap_or_default();
        let mut compiler = Compiler::knowing(&evaluators, hashing, made);
        let flags = snapshot.iter::<Flag>().map(|flag| match known(flag.id()) {
            Some(known) if same.is_some() && known.version == flag.version => Arc::clone(known),
            known => {
                let seen = known.map(|known| Arc::clone(&known.seen)).unwrap_or_default();
                Arc::new(Compiled::of(flag, &metadata, &mut compiler, seen))
            }
        });
        let flags: Vec<_> = flags.collect();
        if let Some(old) = same
            && flags.len() == old.flags.len()
            && flags.iter().zip(&old.flags).all(|(one, other)| Arc::ptr_eq(one, other))
        {
            // something else was written, such as when flags were asked for
            return Arc::clone(old);
        }
        let made = compiler.into_made();
        let evaluators_hash = same_rules.map_or_else(|| hash_of(&evaluators), |old| old.evaluators_hash);
        let places = flags.iter().enumerate().map(|(place, flag)| (flag.key.clone(), place)).collect();
        let last_modified = snapshot.iter::<Change>().next_back().map_or(0, |change| change.at);
        let etag = etag(&flags, evaluators_hash, &metadata);
        let pieces = pieces(&flags);
        Arc::new(Self { flags, places, pieces, evaluators, made, evaluators_hash, metadata, etag, last_modified })
    }

    /// The flag with this key.
    pub fn get(&self, key: &str) -> Option<&Arc<Compiled>> {
        self.places.get(key).map(|place| &self.flags[*place])
    }

    /// All flags, in the order of their keys.
    pub fn flags(&self) -> impl Iterator<Item = &Compiled> {
        self.flags.iter().map(|flag| &**flag)
    }

    /// The answers of all flags with commas between them, and what they are in a few bits.
    pub fn bulk(&self, request: Request<'_>, into: &mut BytesMut) -> u64 {
        let mut hasher = DefaultHasher::new();
        let start = into.len();
        for piece in &self.pieces {
            if into.len() > start {
                into.put_u8(b',');
            }
            match piece {
                Piece::Fixed(json, hash) => {
                    into.put_slice(json);
                    hash.hash(&mut hasher);
                }
                Piece::Flag(place) => {
                    let fragment = self.flags[*place].answer(request);
                    into.put_slice(&fragment.json);
                    fragment.hash.hash(&mut hasher);
                }
            }
        }
        hasher.finish()
    }

    /// The same, of the flags that are in this set: those whose metadata name it as `flagSetId`.
    pub fn bulk_of(&self, set: &str, request: Request<'_>, into: &mut BytesMut) -> u64 {
        let mut hasher = DefaultHasher::new();
        let start = into.len();
        for flag in self.flags().filter(|flag| flag.is_in(set)) {
            if into.len() > start {
                into.put_u8(b',');
            }
            let fragment = flag.answer(request);
            into.put_slice(&fragment.json);
            fragment.hash.hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Bytes that a bulk answer has, about: so that it is made in one piece.
    pub fn about(&self) -> usize {
        let of = |piece: &Piece| match piece {
            Piece::Fixed(json, _) => json.len() + 1,
            Piece::Flag(place) => self.flags[*place].longest() + 1,
        };
        self.pieces.iter().map(of).sum()
    }
}

fn pieces(flags: &[Arc<Compiled>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut run = BytesMut::new();
    let mut hasher = DefaultHasher::new();
    let end = |run: &mut BytesMut, hasher: &mut DefaultHasher, pieces: &mut Vec<Piece>| {
        if !run.is_empty() {
            let hash = std::mem::take(hasher).finish();
            pieces.push(Piece::Fixed(std::mem::take(run).freeze(), hash));
        }
    };
    for (place, flag) in flags.iter().enumerate() {
        if let Some(fragment) = flag.fixed() {
            if !run.is_empty() {
                run.put_u8(b',');
            }
            run.put_slice(&fragment.json);
            fragment.hash.hash(&mut hasher);
        } else {
            end(&mut run, &mut hasher, &mut pieces);
            pieces.push(Piece::Flag(place));
        }
    }
    end(&mut run, &mut hasher, &mut pieces);
    pieces
}

fn hash_of(evaluators: &Evaluators) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (name, rule) in evaluators {
        (name, rule.to_string()).hash(&mut hasher);
    }
    hasher.finish()
}

fn etag(flags: &[Arc<Compiled>], evaluators: u64, metadata: &Metadata) -> String {
    let mut hasher = DefaultHasher::new();
    for flag in flags {
        flag.content.hash(&mut hasher);
    }
    let metadata = serde_json::to_string(metadata).expect("metadata are plain data");
    (evaluators, metadata).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests;
