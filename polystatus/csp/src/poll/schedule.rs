//! When a provider is asked again.

use std::time::Duration;

use chassis::backoff::full_jitter;
use chassis::ids::Ids;

use super::{Failure, Read};

/// The longest first pause after a failure that may pass; each later one may be twice as long, up to the usual time.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// How much earlier or later than usual it may be, so that many of us do not ask in the same second.
const JITTER: f64 = 0.1;

/// After how long to ask again: at the usual time; sooner after a failure that may pass; not before a server that says when
/// wants it. After 4xx at the usual time: asking a second time would be answered with the same.
pub fn after(looked: &Result<Read, Failure>, failures: u32, every: Duration, ids: &dyn Ids) -> Duration {
    let usual = every.mul_f64(1.0 - JITTER + 2.0 * JITTER * ids.fraction());
    match looked {
        Err(Failure { wait: Some(wait), .. }) => usual.max(*wait),
        Err(Failure { may_pass: true, .. }) => {
            // at least a second: full jitter may be nothing at all
            let pause = full_jitter(FIRST_PAUSE, every, failures.saturating_sub(1), ids);
            pause.max(Duration::from_secs(1)).min(usual.max(Duration::from_secs(1)))
        }
        _ => usual,
    }
}

#[cfg(test)]
mod tests {
    use chassis::ids::RandomIds;
    use proptest::prelude::*;

    use super::*;

    fn failed(wait: Option<Duration>, may_pass: bool) -> Result<Read, Failure> {
        Err(Failure { wait, may_pass, ..Failure::default() })
    }

    const MINUTE: Duration = Duration::from_mins(1);

    proptest! {
        #[test]
        fn a_refusal_is_not_repeated_before_the_usual_time(failures in 1..50_u32) {
            let wait = after(&failed(None, false), failures, MINUTE, &RandomIds);
            prop_assert!((Duration::from_secs(54)..=Duration::from_secs(66)).contains(&wait), "{wait:?}");
        }

        #[test]
        fn a_server_that_says_when_is_asked_then(seconds in 0..10_000_u64) {
            let wait = after(&failed(Some(Duration::from_secs(seconds)), true), 1, MINUTE, &RandomIds);
            prop_assert!(wait >= Duration::from_secs(seconds.max(54)), "{wait:?}");
        }

        #[test]
        fn what_may_pass_is_tried_sooner_and_never_in_a_loop(failures in 1..50_u32, every in 0..600_u64) {
            let wait = after(&failed(None, true), failures, Duration::from_secs(every), &RandomIds);
            prop_assert!(wait >= Duration::from_secs(1) && wait <= Duration::from_secs(every.max(1) * 2), "{wait:?}");
            let first = after(&failed(None, true), 1, MINUTE, &RandomIds);
            prop_assert!(first <= FIRST_PAUSE, "{first:?}");
        }
    }
}
