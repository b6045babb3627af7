//! How often one network address may have us send a mail.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chassis::ApiError;
use chassis::origin::Origin;

/// Addresses that are counted in an hour; when there are more, counting begins anew. Memory is bounded, and an attacker
/// with so many addresses is not stopped by counting them.
const MOST: usize = 50_000;

const HOUR: i64 = 3600;

/// Counts requests by the hour. Kept in the memory of each instance: a stranger must not be able to make us write.
#[derive(Debug)]
pub struct Allowance {
    per_hour: u32,
    seen: Mutex<(i64, HashMap<Origin, u32>)>,
}

impl Allowance {
    /// So many in an hour for each address.
    pub fn new(per_hour: u32) -> Self {
        Self { per_hour, seen: Mutex::default() }
    }

    /// Count one.
    ///
    /// # Errors
    /// 429 when it was one too many, with the seconds until the next hour.
    pub fn take(&self, origin: Origin, now: i64) -> Result<(), ApiError> {
        let hour = now.div_euclid(HOUR);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0 != hour || seen.1.len() >= MOST {
            *seen = (hour, HashMap::new());
        }
        let count = seen.1.entry(origin.subscriber()).or_insert(0);
        if *count >= self.per_hour {
            let wait = HOUR - now.rem_euclid(HOUR);
            return Err(ApiError::too_many_requests(u32::try_from(wait).unwrap_or(1).max(1)));
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_and_every_hour_anew() {
        let allowance = Allowance::new(2);
        let origin = |address: &str| Origin::new(address.parse().unwrap());
        let take = |address, now| allowance.take(origin(address), now).is_ok();
        assert!(take("192.0.2.1", 10) && take("192.0.2.1", 20) && !take("192.0.2.1", 30) && take("192.0.2.2", 30));
        assert!(take("192.0.2.1", HOUR + 1));
    }
}
