//! How many events a connection may send.

use std::time::Duration;

use tokio::time::Instant;

/// What a connection has used. As many as it may send in a second it may send at once.
#[derive(Debug, Default)]
pub struct Allowance {
    /// Until when what was sent has used up the allowance: a single time says it all (generic cell rate algorithm).
    used_until: Option<Instant>,
}

impl Allowance {
    /// Use one of `per_second`; false when there is none left.
    pub fn take(&mut self, per_second: u32, now: Instant) -> bool {
        let interval = Duration::from_secs(1) / per_second.max(1);
        let used_until = self.used_until.map_or(now, |until| until.max(now)) + interval;
        // a little more than a second: the divisions are rounded
        let allowed = used_until.saturating_duration_since(now) <= Duration::from_secs(1) + interval / 2;
        if allowed {
            self.used_until = Some(used_until);
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_at_once_then_so_many_a_second() {
        let (mut allowance, start) = (Allowance::default(), Instant::now());
        let mut taken = |after: u64| {
            let now = start + Duration::from_millis(after);
            (0..100).filter(|_| allowance.take(20, now)).count()
        };
        assert_eq!([taken(0), taken(10), taken(60), taken(560), taken(10_000)], [20, 0, 1, 10, 20]);
    }

    #[test]
    fn one_a_second_is_one_a_second() {
        let (mut allowance, now) = (Allowance::default(), Instant::now());
        assert!(allowance.take(1, now) && !allowance.take(1, now));
        assert!(allowance.take(1, now + Duration::from_secs(1)));
    }
}
