//! When an attempt is made again, and after which pause.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

use super::{Limits, PeerError};
use crate::backoff::full_jitter;
use crate::ids::Ids;

/// The header by which a server recognises a POST that it has done already (IETF draft `idempotency-key-header`).
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The longest `Retry-After` that is believed: what is larger is taken for this.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);

/// Whether doing it twice is as good as doing it once (RFC 9110, section 9.2.2).
///
/// After a repeated `DELETE` a 404, and after a repeated `PUT` with `If-Match` a 412, may mean that the first attempt had
/// worked and only its answer was lost.
pub(super) fn may_be_repeated(method: &Method, headers: &HeaderMap) -> bool {
    method.is_idempotent() || (*method == Method::POST && headers.contains_key(IDEMPOTENCY_KEY))
}

/// What `Retry-After` asks for: seconds, or a date, which is compared with the peer's own `Date`, as its clock and ours
/// may differ. At most an hour, and `None` where nothing can be read.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok();
    let asked = text(RETRY_AFTER)?.trim();
    let wait = if let Ok(seconds) = asked.parse() {
        Duration::from_secs(seconds)
    } else {
        let until = httpdate::parse_http_date(asked).ok()?;
        let now = httpdate::parse_http_date(text(DATE)?).ok()?;
        // a date that has passed means: now
        until.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST_RETRY_AFTER))
}

/// The pause before retry number `retry`; 0 is the first.
fn pause(limits: &Limits, retry: u32, ids: &dyn Ids) -> Duration {
    full_jitter(limits.pause, limits.longest_pause, retry, ids)
}

/// Make `attempt` until it succeeds, fails for good, or the limits are reached. It is given its number (from 0), and the
/// time that it may take.
///
/// # Errors
/// That of the last attempt which the peer had a part in.
pub(super) async fn repeat<T, F: Future<Output = Result<T, PeerError>>>(
    limits: &Limits,
    ids: &dyn Ids,
    repeatable: bool,
    // not `AsyncFnMut`: the compiler cannot show yet that its future may change threads
    mut attempt: impl FnMut(u32, Duration) -> F,
) -> Result<T, PeerError> {
    let deadline = Instant::now() + limits.total;
    let mut number = 0;
    let mut last = None;
    loop {
        let time = limits.attempt.min(deadline.saturating_duration_since(Instant::now()));
        let error = match attempt(number, time).await {
            Ok(answer) => return Ok(answer),
            // the circuit opened between two attempts: why it did says more
            Err(open @ PeerError::Open { .. }) => return Err(last.unwrap_or(open)),
            Err(error) => error,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let pause = pause(limits, number, ids).max(error.retry_after().unwrap_or_default());
        // a peer that asks for more time than is left gets it from the caller, who learns of it at once
        if !repeatable || !error.may_pass() || number + 1 >= limits.attempts || pause >= left {
            return Err(error);
        }
        tracing::debug!(%error, ?pause, "trying again");
        tokio::time::sleep(pause).await;
        number += 1;
        last = Some(error);
    }
}

#[cfg(test)]
mod tests;
