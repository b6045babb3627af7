//! Slows guessers down: by account, whoever tries, and by network address, whatever is tried.
//!
//! Kept in the memory of each instance and not in the store: a guesser must not be able to make us write, nor to stop
//! us by it. So an attacker who reaches several replicas has as many tries at each.

mod generations;

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::generations::Generations;

/// Wrong passwords that are free: people mistype, and have old passwords in their fingers.
const FREE: u32 = 5;

/// The longest lock of an account in seconds: a quarter of an hour. A longer one would serve those who want to lock
/// somebody out.
const LONGEST_LOCK: i64 = 900;

/// Failures are forgotten when there was none for so many seconds: an hour.
const FORGET: i64 = 3600;

/// What both sides of the throttle remember.
pub struct Throttle {
    accounts: Mutex<Generations<Failures>>,
    addresses: Mutex<Generations<i64>>,
    /// Milliseconds between two tries of one address, once its reserve is used up.
    interval: i64,
    /// How many tries an address has in reserve, in milliseconds.
    reserve: i64,
    hasher: RandomState,
}

/// What an account has seen.
#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: i64,
    locked_until: i64,
}

impl Throttle {
    /// `per_minute` tries for each address, as many of them at once.
    pub fn new(per_minute: u32) -> Self {
        let interval = 60_000 / i64::from(per_minute.max(1));
        Self {
            accounts: Mutex::default(),
            addresses: Mutex::default(),
            interval,
            reserve: interval * i64::from(per_minute),
            hasher: RandomState::new(),
        }
    }

    /// Count a try from this address, or say after how many seconds the next may come.
    ///
    /// # Errors
    /// Seconds to wait.
    pub fn admit(&self, address: IpAddr, now: i64) -> Result<(), u32> {
        let key = self.hasher.hash_one(network(address));
        let now = now * 1000;
        let mut addresses = lock(&self.addresses);
        // generic cell rate algorithm: a single time says how much of the reserve is used; a clock that was put back must not
        // make anybody wait longer than that
        let used_until = addresses.get(key).unwrap_or(now).clamp(now, now + self.reserve);
        let next = used_until + self.interval;
        if next - now > self.reserve {
            let wait = (next - now - self.reserve + 999) / 1000;
            return Err(u32::try_from(wait).unwrap_or(u32::MAX).max(1));
        }
        addresses.put(key, next);
        Ok(())
    }

    /// Take a try back: it was a good one.
    pub fn give_back(&self, address: IpAddr) {
        let key = self.hasher.hash_one(network(address));
        let mut addresses = lock(&self.addresses);
        if let Some(used_until) = addresses.get(key) {
            addresses.put(key, used_until - self.interval);
        }
    }

    /// Whether the account is locked, known or not.
    pub fn is_locked(&self, account: &(impl Hash + ?Sized), now: i64) -> bool {
        let failures = lock(&self.accounts).get(self.hasher.hash_one(account));
        failures.is_some_and(|failures| (1..=LONGEST_LOCK).contains(&(failures.locked_until - now)))
    }

    /// Count a wrong password; for how many seconds the account is locked now, if it is.
    pub fn failed(&self, account: &(impl Hash + ?Sized), now: i64) -> Option<i64> {
        let key = self.hasher.hash_one(account);
        let mut accounts = lock(&self.accounts);
        let before = accounts.get(key).filter(|failures| now - failures.last < FORGET).map_or(0, |before| before.count);
        let count = before.saturating_add(1);
        let pause = pause(count);
        accounts.put(key, Failures { count, last: now, locked_until: now + pause });
        (pause > 0).then_some(pause)
    }

    /// Forget an account's failures: its owner is here.
    pub fn succeeded(&self, account: &(impl Hash + ?Sized)) {
        lock(&self.accounts).remove(self.hasher.hash_one(account));
    }
}

/// For how many seconds an account is locked after so many failures: 2, 4, 8 … from the sixth on.
fn pause(failures: u32) -> i64 {
    match failures.checked_sub(FREE) {
        None | Some(0) => 0,
        Some(over) => 2_i64.checked_pow(over).unwrap_or(LONGEST_LOCK).min(LONGEST_LOCK),
    }
}

/// What counts as one address: an IPv4 address, and of IPv6 the /64 that a household has.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

// never held across an await
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn email() -> &'static str {
        "zoe@example.org"
    }

    #[test]
    fn an_account_is_locked_twice_as_long_each_time() {
        let throttle = Throttle::new(60);
        let locks: Vec<_> = (0..18).map(|_| throttle.failed(email(), NOW).unwrap_or_default()).collect();
        assert_eq!(locks, [0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]);
        assert!(throttle.is_locked(email(), NOW + 899) && !throttle.is_locked(email(), NOW + 900));
    }

    #[test]
    fn failures_are_forgotten_after_an_hour_or_a_success() {
        let throttle = Throttle::new(60);
        for _ in 0..6 {
            throttle.failed(email(), NOW);
        }
        assert_eq!(throttle.failed(email(), NOW + FORGET), None);
        for _ in 0..5 {
            throttle.failed(email(), NOW + FORGET);
        }
        assert!(throttle.is_locked(email(), NOW + FORGET));
        throttle.succeeded(email());
        assert!(!throttle.is_locked(email(), NOW + FORGET));
        assert!(!throttle.is_locked("other@example.org", NOW));
    }

    #[test]
    fn an_address_has_a_reserve_which_fills_up_again() {
        let throttle = Throttle::new(60);
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        assert!((0..60).all(|_| throttle.admit(address, NOW).is_ok()));
        assert_eq!(throttle.admit(address, NOW), Err(1));
        assert_eq!(throttle.admit("192.0.2.2".parse().unwrap(), NOW), Ok(()));
        assert_eq!(throttle.admit(address, NOW + 1), Ok(()));
        assert_eq!(throttle.admit(address, NOW + 1), Err(1));
        throttle.give_back(address);
        assert_eq!(throttle.admit(address, NOW + 1), Ok(()));
        assert!((0..60).all(|_| throttle.admit(address, NOW + 100).is_ok()), "no more than the reserve");
        assert_eq!(throttle.admit(address, NOW + 100), Err(1));
    }

    #[test]
    fn a_household_is_one_address() {
        let throttle = Throttle::new(1);
        for (address, admitted) in [
            ("2001:db8:0:1::1", true),
            ("2001:db8:0:1:ffff::2", false),
            ("2001:db8:0:2::1", true),
            ("192.0.2.1", true),
            ("::ffff:192.0.2.1", false),
        ] {
            assert_eq!(throttle.admit(address.parse().unwrap(), NOW).is_ok(), admitted, "{address}");
        }
    }
}
