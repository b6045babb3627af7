//! One person counts once per service and quarter, and nobody is remembered for longer than that.
//!
//! What is kept of a person is a number: their address, hashed with a key that is made anew with each quarter, in memory.
//! When the quarter is over, key and numbers are gone, and nothing that could be read from a disk ever held them. Several
//! replicas do not know of each other's persons: someone whose requests reach two of them counts twice.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chassis::ids::Ids;
use chassis::origin::Origin;

use super::quarter::{Quarter, SECONDS};
use crate::model::ServiceId;

/// Reports of one person in a quarter: as many as somebody makes who looks at every service. More is a program.
const PER_PERSON: usize = 30;

/// Persons of one quarter at most: at 100 bytes each, 20 MB.
const MOST_PERSONS: usize = 200_000;

/// Who has reported in the present quarter.
#[derive(Debug, Default)]
pub struct Reporters(Mutex<Window>);

#[derive(Debug, Default)]
struct Window {
    quarter: i64,
    key: [u64; 2],
    /// For each person, the services, hashed as well, and how many requests there were.
    persons: HashMap<u64, Person>,
}

#[derive(Debug, Default)]
struct Person {
    requests: usize,
    services: Vec<u64>,
}

/// What becomes of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It counts.
    Counts,
    /// It was counted before.
    Known,
    /// That was too many; come back after so many seconds.
    TooMany(u32),
    /// There are too many persons to tell apart; come back after so many seconds.
    Full(u32),
}

impl Reporters {
    /// Whether a report of this person counts; if so, the next one does not.
    pub fn admit(&self, origin: Origin, service: &ServiceId, now: i64, ids: &dyn Ids) -> Admission {
        let quarter = Quarter::at(now);
        let mut window = self.window();
        if window.quarter != quarter.0 {
            *window = Window { quarter: quarter.0, key: [ids.next(), ids.next()], persons: HashMap::new() };
        }
        let left = u32::try_from(quarter.start() + SECONDS - now).unwrap_or(1);
        let (person, service) = (window.hash(&origin.subscriber()), window.hash(service));
        let full = window.persons.len() >= MOST_PERSONS && !window.persons.contains_key(&person);
        if full {
            return Admission::Full(left);
        }
        let person = window.persons.entry(person).or_default();
        if person.requests >= PER_PERSON {
            return Admission::TooMany(left);
        }
        person.requests += 1;
        if person.services.contains(&service) {
            return Admission::Known;
        }
        person.services.push(service);
        Admission::Counts
    }

    /// Take back an admission: the report could not be kept.
    pub fn forget(&self, origin: Origin, service: &ServiceId, now: i64) {
        let mut window = self.window();
        if window.quarter != Quarter::at(now).0 {
            return;
        }
        let (person, service) = (window.hash(&origin.subscriber()), window.hash(service));
        if let Some(person) = window.persons.get_mut(&person) {
            person.services.retain(|known| *known != service);
        }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Window {
    /// A number that says nothing without the key (`SipHash`, as the maps of std use it).
    fn hash(&self, what: &impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.key.hash(&mut hasher);
        what.hash(&mut hasher);
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use chassis::ids::CountingIds;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn origin(last: u8) -> Origin {
        Origin::new(std::net::IpAddr::from([192, 0, 2, last]))
    }

    fn service(name: &str) -> ServiceId {
        name.parse().unwrap()
    }

    #[test]
    fn a_person_counts_once_per_service_and_quarter() {
        let (reporters, ids) = (Reporters::default(), CountingIds::default());
        let admit = |who, what, now| reporters.admit(origin(who), &service(what), now, &ids);
        assert_eq!(admit(1, "mail", NOW), Admission::Counts);
        assert_eq!(admit(1, "mail", NOW + 1), Admission::Known);
        assert_eq!(admit(1, "chat", NOW), Admission::Counts);
        assert_eq!(admit(2, "mail", NOW), Admission::Counts);
        assert_eq!(admit(1, "mail", NOW + SECONDS), Admission::Counts);
    }

    #[test]
    fn a_report_that_was_not_kept_may_be_made_again() {
        let (reporters, ids) = (Reporters::default(), CountingIds::default());
        assert_eq!(reporters.admit(origin(1), &service("mail"), NOW, &ids), Admission::Counts);
        reporters.forget(origin(1), &service("mail"), NOW);
        assert_eq!(reporters.admit(origin(1), &service("mail"), NOW, &ids), Admission::Counts);
    }

    #[test]
    fn a_program_is_told_to_come_back_when_the_quarter_is_over() {
        let (reporters, ids) = (Reporters::default(), CountingIds::default());
        for _ in 0..PER_PERSON {
            assert!(!matches!(reporters.admit(origin(1), &service("mail"), NOW, &ids), Admission::TooMany(_)));
        }
        // 22:13:20: 100 seconds are left
        assert_eq!(reporters.admit(origin(1), &service("chat"), NOW, &ids), Admission::TooMany(100));
        assert_eq!(reporters.admit(origin(2), &service("chat"), NOW, &ids), Admission::Counts);
    }

    #[test]
    fn the_key_changes_with_the_quarter() {
        let (reporters, ids) = (Reporters::default(), CountingIds::default());
        let persons = |now| {
            reporters.admit(origin(1), &service("mail"), now, &ids);
            reporters.window().persons.keys().copied().collect::<Vec<_>>()
        };
        assert_ne!(persons(NOW), persons(NOW + SECONDS));
    }
}
