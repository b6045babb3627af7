//! What has become stale without anybody looking.

use chassis::ApiError;
use store::Draft;

use crate::model::{Standing, State};
use crate::stamp::Stamp;

/// Show as `unknown` what is too old by now, and tell others. Whoever looks at a provider does that too; but nobody looks at
/// one that is left alone for an hour.
///
/// # Errors
/// None that is expected.
pub fn note_staleness(draft: &mut Draft, stamp: &Stamp, stale_after: i64) -> Result<(), ApiError> {
    let stale = draft.read().iter::<Standing>().filter(|standing| is_unsaid(standing, stamp.at, stale_after));
    for before in stale.map(|standing| standing.document.clone()).collect::<Vec<_>>() {
        super::account_for(draft, stamp, &before, stale_after);
        let after = Standing { accounted_to: stamp.at, ..before.clone() };
        super::show(draft, stamp, &before, after, stale_after);
    }
    Ok(())
}

/// Whether it is `unknown` by now, and was not told to be. Never the other way: only a reading makes a provider known, and of
/// two replicas whose clocks differ one would tell what the other takes back.
pub fn is_unsaid(standing: &Standing, now: i64, stale_after: i64) -> bool {
    standing.shown != State::Unknown && standing.effective(now, stale_after) == State::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_behind_takes_nothing_back() {
        let new = Standing::new("forge".parse().unwrap(), 1000);
        let known = Standing { state: State::Operational, parsed: true, as_of: Some(1000), ..new };
        let shown = |shown: State| Standing { shown, ..known.clone() };
        assert!(is_unsaid(&shown(State::Operational), 1601, 600), "it has become stale");
        assert!(!is_unsaid(&shown(State::Unknown), 1601, 600), "that was told");
        assert!(!is_unsaid(&shown(State::Unknown), 1599, 600), "a replica whose clock is ahead has told it");
    }
}
