//! Places for those who send and receive files: so many in all, and so many for each, so that one client, however slow on
//! purpose, leaves room for all others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chassis::ApiError;
use chassis::origin::Origin;

/// The seconds after which somebody who found no place may try again.
const RETRY_AFTER: u32 = 5;

/// Who has a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A user, from wherever.
    User(i64),
    /// Whoever comes from there with a token of the whole service.
    Address(Origin),
}

/// So many places.
#[derive(Debug)]
pub struct Places {
    most: usize,
    most_of_one: usize,
    full: &'static str,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<Holder, usize>,
}

/// A place that is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    of: Holder,
}

impl Places {
    /// So many in all, and so many for each; `full` is said when all are taken.
    pub fn new(most: usize, most_of_one: usize, full: &'static str) -> Arc<Self> {
        Arc::new(Self { most, most_of_one, full, taken: Mutex::default() })
    }

    /// A place.
    ///
    /// # Errors
    /// 503 when all are taken, 429 when this one has too many of them.
    pub fn take(self: &Arc<Self>, of: Holder) -> Result<Place, ApiError> {
        let mut taken = self.taken();
        let own = taken.by.get(&of).copied().unwrap_or(0);
        if taken.all >= self.most {
            return Err(ApiError::unavailable(self.full, RETRY_AFTER));
        }
        if own >= self.most_of_one {
            return Err(ApiError::too_many_requests(RETRY_AFTER));
        }
        taken.by.insert(of, own + 1);
        taken.all += 1;
        Ok(Place { places: Arc::clone(self), of })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        // a count is whole at any moment, and never held across an await
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all -= 1;
        match taken.by.get_mut(&self.of) {
            Some(own) if *own > 1 => *own -= 1,
            // so that the table grows with those who are here, not with all who ever were
            _ => drop(taken.by.remove(&self.of)),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;

    use super::*;

    #[test]
    fn nobody_takes_all_places_and_a_place_left_is_free() {
        let places = Places::new(3, 2, "full");
        let first = places.take(Holder::User(1)).unwrap();
        let _second = places.take(Holder::User(1)).unwrap();
        assert_eq!(places.take(Holder::User(1)).unwrap_err().status_code(), 429);
        let _other = places.take(Holder::Address(Origin::new([192, 0, 2, 1].into()))).unwrap();
        assert_eq!(places.take(Holder::User(2)).unwrap_err().status_code(), 503);
        drop(first);
        drop(places.take(Holder::User(2)).unwrap());
        assert!(!places.taken().by.contains_key(&Holder::User(2)), "who has gone is forgotten");
        places.take(Holder::User(1)).unwrap();
    }
}
