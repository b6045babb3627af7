//! How many forms one person may send, without knowing who that is.
//!
//! An address becomes a number, by a hash with a key that is made anew each day, in memory alone. With the day, key and
//! numbers are gone. The number is also what the services behind us are told in the place of the address: written as an
//! address of a network that nobody can have (RFC 4193), so that they count persons by their own rules, and do not learn
//! who they are either.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::Ipv6Addr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chassis::ids::SharedIds;
use chassis::origin::Origin;

use crate::model::SECONDS_PER_DAY;

const HOUR: i64 = 3600;

/// Persons of one hour at most: at 40 bytes each, 8 MB. When there are more, all are counted anew: then a crowd has come, and
/// to turn it away would be worse than to let some of it in twice.
const MOST: usize = 200_000;

/// Who has sent how many forms in this hour.
#[derive(Debug)]
pub struct Persons {
    per_hour: u32,
    ids: SharedIds,
    // std's, not tokio's: it is held for a few instructions and never across an await
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    day: Option<i64>,
    key: [u64; 2],
    hour: i64,
    counts: HashMap<u64, u32>,
}

impl Persons {
    /// So many forms an hour for each.
    pub fn new(per_hour: u32, ids: SharedIds) -> Self {
        Self { per_hour, ids, seen: Mutex::default() }
    }

    /// Count a form from this address; the name that stands for it today.
    ///
    /// # Errors
    /// When that was too many: gives the seconds after which to come back.
    pub fn admit(&self, origin: Origin, now: i64) -> Result<Ipv6Addr, u32> {
        let mut seen = self.seen();
        let (day, hour) = (now.div_euclid(SECONDS_PER_DAY), now.div_euclid(HOUR));
        if seen.day != Some(day) {
            *seen = Seen { day: Some(day), key: [self.ids.next(), self.ids.next()], hour, counts: HashMap::new() };
        }
        if seen.hour != hour || seen.counts.len() >= MOST {
            seen.hour = hour;
            seen.counts.clear();
        }
        let mut hasher = DefaultHasher::new();
        (seen.key, origin.subscriber()).hash(&mut hasher);
        let number = hasher.finish();
        let count = seen.counts.entry(number).or_insert(0);
        if *count >= self.per_hour {
            return Err(u32::try_from(HOUR - now.rem_euclid(HOUR)).unwrap_or(1).max(1));
        }
        *count += 1;
        // fd, and 56 bits of the number: the 64 bits by which persons are told apart
        Ok(Ipv6Addr::from_bits(u128::from(0xfd << 56 | number >> 8) << 64))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chassis::ids::CountingIds;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn persons(per_hour: u32) -> Persons {
        Persons::new(per_hour, Arc::new(CountingIds::default()))
    }

    fn origin(last: u8) -> Origin {
        Origin::new([192, 0, 2, last].into())
    }

    #[test]
    fn each_person_has_so_many_an_hour() {
        let persons = persons(2);
        assert!(persons.admit(origin(1), NOW).is_ok() && persons.admit(origin(1), NOW).is_ok());
        // 22:13:20
        assert_eq!(persons.admit(origin(1), NOW), Err(2800));
        assert!(persons.admit(origin(2), NOW).is_ok() && persons.admit(origin(1), NOW + HOUR).is_ok());
    }

    #[test]
    fn a_name_is_the_same_all_day_and_another_the_next_and_never_the_address() {
        let persons = persons(9);
        let name = persons.admit(origin(1), NOW).unwrap();
        assert_eq!(persons.admit(origin(1), NOW + HOUR), Ok(name));
        assert_ne!(persons.admit(origin(2), NOW), Ok(name));
        assert_ne!(persons.admit(origin(1), NOW + SECONDS_PER_DAY), Ok(name));
        assert_eq!((name.octets()[0], name.to_bits() & u128::from(u64::MAX)), (0xfd, 0));
    }
}
