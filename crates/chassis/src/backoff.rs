//! The pause before another try: exponential back-off with full jitter.

use std::time::Duration;

use crate::ids::Ids;

/// The pause before retry number `retry` (0 is the first): any time between none and the cap, which doubles from `first`
/// up to `longest`.
///
/// The rule is that of "Exponential Backoff And Jitter" (M. Brooker, AWS Architecture Blog, 2015): each pause below the
/// cap is equally likely. With a fixed pause, all callers of a peer that fell over would come back together.
pub fn full_jitter(first: Duration, longest: Duration, retry: u32, ids: &dyn Ids) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(retry));
    doubled.min(longest).mul_f64(ids.fraction())
}
