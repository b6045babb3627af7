//! The keys that sign: when each begins and ends.
//!
//! ```text
//! key 1  |published, signs ------------------------|published|
//! key 2                                  |published, waits|signs ---------------- …
//!                                         one day         30 days
//! ```
//! A key is published a day before it signs, so that every service has it by then: they read the keys anew every few
//! minutes. It stays published until the last token that it signed has ended. Replicas agree since the keys are in the
//! store, and since which one signs follows from the clock alone.

use chassis::auth::jwks::Jwk;
use serde::{Deserialize, Serialize};
use store::{Document, Draft, Snapshot};

/// How many seconds an access token is good for: what a stolen one is worth, against how often clients refresh.
pub const TOKEN_LIFE: i64 = 15 * 60;

/// How many seconds a key signs: 30 days.
pub const SIGNS_FOR: i64 = 30 * 24 * 3600;

/// How many seconds before it signs a key is published.
pub const PUBLISHED_AHEAD: i64 = 24 * 3600;

/// How many seconds after the last token of a key has ended it is published still: for clocks that differ.
const MARGIN: i64 = 3600;

/// A signing key as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredKey {
    /// Its name: the thumbprint of its public half.
    pub kid: String,
    /// The seed that it grows from, sealed: see [`crate::sealing`].
    pub seed: String,
    /// The public half, as it is published.
    pub jwk: Jwk,
    /// When it was made, in Unix seconds.
    pub created_at: i64,
    /// From when it signs, in Unix seconds.
    pub signs_from: i64,
}

impl Document for StoredKey {
    const COLLECTION: &'static str = "keys";

    fn key(&self) -> String {
        self.kid.clone()
    }
}

impl StoredKey {
    /// The key that signs now: the one that began last.
    pub fn current(keys: &Snapshot, now: i64) -> Option<&Self> {
        let begun = keys.iter::<Self>().filter(|key| key.signs_from <= now);
        begun.max_by_key(|key| key.signs_from).map(|key| &key.document)
    }
}

/// What is to be done about the keys.
#[derive(Debug, PartialEq, Eq)]
struct Due {
    /// A new key is to be made, which signs from then on.
    make: Option<i64>,
    /// Nobody has a token of these any more: their places in the list.
    drop: Vec<usize>,
}

/// What is due, given from when on each key signs.
fn due(signs_from: &[i64], now: i64) -> Due {
    let Some(current) = signs_from.iter().copied().filter(|from| *from <= now).max() else {
        // the first key of all has nobody before it
        return Due { make: Some(now), drop: Vec::new() };
    };
    // after a long stop, too, it is published first
    let begins = (current + SIGNS_FOR).max(now + PUBLISHED_AHEAD);
    // one that begins far later was made while the clock was wrong
    let is_next_there = signs_from.iter().any(|from| *from > now && *from <= begins + MARGIN);
    let late = now >= current + SIGNS_FOR - PUBLISHED_AHEAD;
    let make = (late && !is_next_there).then_some(begins);
    let successor = |from: i64| signs_from.iter().copied().filter(|other| *other > from).min();
    let over = |from: i64| successor(from).is_some_and(|next| now >= next + TOKEN_LIFE + MARGIN);
    let drop = signs_from.iter().enumerate().filter(|(_, from)| over(**from)).map(|(place, _)| place).collect();
    Due { make, drop }
}

/// Make the next key if it is time, and drop those that nobody needs. `fresh` is a new key, in case one is needed.
pub fn tend_keys(draft: &mut Draft, now: i64, fresh: &StoredKey) {
    let due = due_of(draft.read(), now);
    let names: Vec<String> = draft.read().iter::<StoredKey>().map(|key| key.kid.clone()).collect();
    for place in due.drop {
        draft.delete::<StoredKey>(&names[place]);
    }
    if let Some(signs_from) = due.make {
        draft.put(StoredKey { signs_from, ..fresh.clone() });
    }
}

/// Whether there is anything to be done about the keys.
pub fn keys_are_due(keys: &Snapshot, now: i64) -> bool {
    let due = due_of(keys, now);
    due.make.is_some() || !due.drop.is_empty()
}

fn due_of(keys: &Snapshot, now: i64) -> Due {
    let signs_from: Vec<i64> = keys.iter::<StoredKey>().map(|key| key.signs_from).collect();
    due(&signs_from, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;
    const DAY: i64 = 24 * 3600;

    #[test]
    fn the_first_key_signs_at_once() {
        assert_eq!(due(&[], NOW), Due { make: Some(NOW), drop: vec![] });
        assert_eq!(due(&[NOW], NOW), Due { make: None, drop: vec![] });
    }

    #[test]
    fn the_next_key_is_published_a_day_before_it_signs() {
        assert_eq!(due(&[NOW], NOW + 29 * DAY - 1).make, None);
        assert_eq!(due(&[NOW], NOW + 29 * DAY).make, Some(NOW + 30 * DAY));
        assert_eq!(due(&[NOW, NOW + 30 * DAY], NOW + 29 * DAY + 1).make, None, "once");
        // a key of a clock that was wrong for a moment
        assert_eq!(due(&[NOW, NOW + 5000 * DAY], NOW + 29 * DAY).make, Some(NOW + 30 * DAY));
        // nobody was there to make it in time
        assert_eq!(due(&[NOW], NOW + 90 * DAY).make, Some(NOW + 91 * DAY));
    }

    #[test]
    fn an_old_key_stays_until_its_tokens_have_ended() {
        let keys = [NOW, NOW + 30 * DAY];
        let ended = NOW + 30 * DAY + TOKEN_LIFE + MARGIN;
        assert_eq!(due(&keys, ended - 1).drop, Vec::<usize>::new());
        assert_eq!(due(&keys, ended).drop, [0]);
    }

    #[test]
    fn in_ten_years_there_is_always_a_key_that_was_published_for_a_day() {
        // made at, signs from
        let mut keys: Vec<(i64, i64)> = Vec::new();
        let mut now = NOW;
        while now < NOW + 3650 * DAY {
            let starts: Vec<i64> = keys.iter().map(|(_, from)| *from).collect();
            let due = due(&starts, now);
            for place in due.drop.into_iter().rev() {
                keys.remove(place);
            }
            keys.extend(due.make.map(|from| (now, from)));
            let current = keys.iter().filter(|(_, from)| *from <= now).max_by_key(|(_, from)| *from);
            let (made, from) = current.expect("a key signs");
            assert!(*from == NOW || from - made >= PUBLISHED_AHEAD, "{made} {from}");
            assert!(now - from <= SIGNS_FOR && keys.len() <= 2, "{now}: {keys:?}");
            now += DAY / 4;
        }
    }
}
