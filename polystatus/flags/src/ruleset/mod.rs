//! All flags, ready to be evaluated: made of the store's documents when they change, and read by every request.

mod compiled;
mod fragment;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arc_swap::ArcSwap;
use bytes::{BufMut, Bytes, BytesMut};
use store::{Snapshot, Store};

pub use compiled::{Compiled, Seen};
pub use fragment::Fragment;

use crate::documents::FlagSet;
use crate::logic::{Compiler, Evaluators, Hashing, Request};
use crate::model::{Change, Flag, Metadata};
use crate::writes::evaluators;

/// The rule set as it is now.
#[derive(Debug)]
pub struct Rules {
    current: ArcSwap<Ruleset>,
    hashing: Hashing,
    /// When all flags were last asked for together, in Unix seconds.
    in_bulk: AtomicI64,
}

/// All flags at one revision of the store.
#[derive(Debug, Default)]
pub struct Ruleset {
    revision: u64,
    flags: Vec<Arc<Compiled>>,
    places: HashMap<Box<str>, usize>,
    pieces: Vec<Piece>,
    /// The rules of the segments, by their keys.
    pub evaluators: Evaluators,
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
        Self { current: ArcSwap::default(), hashing, in_bulk: AtomicI64::new(0) }
    }

    /// How `fractional` hashes.
    pub fn hashing(&self) -> Hashing {
        self.hashing
    }

    /// The rule set of what the store holds now. What has not changed since the last time is not made again.
    pub fn now(&self, store: &Store) -> Arc<Ruleset> {
        let snapshot = store.read();
        let current = self.current.load();
        if current.revision == snapshot.revision() && current.revision > 0 {
            return Arc::clone(&current);
        }
        let fresh = Arc::new(Ruleset::of(&snapshot, &current, self.hashing));
        self.current.store(Arc::clone(&fresh));
        fresh
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
    fn of(snapshot: &Snapshot, old: &Self, hashing: Hashing) -> Self {
        let evaluators = evaluators(snapshot);
        let metadata = snapshot.get::<FlagSet>(FlagSet::KEY).map(|set| set.metadata.clone()).unwrap_or_default();
        let same = old.revision > 0 && evaluators == old.evaluators && metadata == old.metadata;
        let mut compiler = Compiler::new(&evaluators, hashing);
        let flags = snapshot.iter::<Flag>().map(|flag| match old.get(flag.id()) {
            Some(known) if same && known.version == flag.version => Arc::clone(known),
            known => {
                let seen = known.map(|known| Arc::clone(&known.seen)).unwrap_or_default();
                Arc::new(Compiled::of(flag, &metadata, &mut compiler, seen))
            }
        });
        let flags: Vec<_> = flags.collect();
        let unchanged = same && flags.len() == old.flags.len();
        if unchanged && flags.iter().zip(&old.flags).all(|(one, other)| Arc::ptr_eq(one, other)) {
            // something else was written, such as when flags were asked for
            let places = old.places.clone();
            let pieces = pieces(&flags);
            let (etag, last_modified) = (old.etag.clone(), old.last_modified);
            return Self {
                revision: snapshot.revision(),
                flags,
                places,
                pieces,
                evaluators,
                metadata,
                etag,
                last_modified,
            };
        }
        let places = flags.iter().enumerate().map(|(place, flag)| (flag.key.clone(), place)).collect();
        let last_modified = snapshot.iter::<Change>().next_back().map_or(0, |change| change.at);
        let etag = etag(&flags, &evaluators, &metadata);
        let pieces = pieces(&flags);
        Self { revision: snapshot.revision(), flags, places, pieces, evaluators, metadata, etag, last_modified }
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

fn etag(flags: &[Arc<Compiled>], evaluators: &Evaluators, metadata: &Metadata) -> String {
    let mut hasher = DefaultHasher::new();
    for flag in flags {
        flag.content.hash(&mut hasher);
    }
    let rest = serde_json::to_string(&(evaluators, metadata)).expect("rules and metadata are plain data");
    rest.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
