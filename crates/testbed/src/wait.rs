//! Waiting for a condition instead of for an amount of time.
//!
//! The limits count looks, not clock time: on a busy machine a test then waits longer instead of failing.

use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(5);

fn looks(limit: Duration) -> u128 {
    (limit.as_millis() / LOOK_EVERY.as_millis()).max(1)
}

/// Look until `condition` gives something, at most for about `limit`.
///
/// # Panics
/// After the limit, naming `what` was waited for.
pub fn until<T>(what: &str, limit: Duration, mut condition: impl FnMut() -> Option<T>) -> T {
    for _ in 0..looks(limit) {
        if let Some(found) = condition() {
            return found;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    panic!("waited {limit:?} in vain for {what}");
}

/// As [`until`], without blocking the thread that the test shares with what it tests.
///
/// # Panics
/// After the limit, naming `what` was waited for.
pub async fn until_async<T>(what: &str, limit: Duration, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..looks(limit) {
        if let Some(found) = condition().await {
            return found;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    panic!("waited {limit:?} in vain for {what}");
}
