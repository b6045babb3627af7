//! Places for those who listen: so many in all, and so many for each network address.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use crate::ApiError;
use crate::origin::Origin;

use super::RETRY_AFTER;

/// So many places.
#[derive(Debug)]
pub struct Places {
    most: usize,
    most_of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<Origin, usize>,
}

/// A place that is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    of: Origin,
}

impl Places {
    /// So many in all, and so many for each client.
    pub fn new(most: usize, most_of_one: usize) -> Self {
        Self { most, most_of_one, taken: Mutex::default() }
    }

    /// A place for this client.
    ///
    /// # Errors
    /// 503 when all are taken, 429 when this client has taken too many of them.
    pub fn take(self: &Arc<Self>, client: Origin) -> Result<Place, ApiError> {
        let mut taken = self.taken();
        if taken.all >= self.most {
            return Err(ApiError::unavailable("Too many streams are open: try again", RETRY_AFTER));
        }
        let of_client = taken.by.entry(client).or_default();
        if *of_client >= self.most_of_one {
            return Err(ApiError::too_many_requests(RETRY_AFTER));
        }
        *of_client += 1;
        taken.all += 1;
        Ok(Place { places: Arc::clone(self), of: client })
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, Taken> {
        // a count is whole at any moment
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all -= 1;
        if let Entry::Occupied(mut of_client) = taken.by.entry(self.of) {
            *of_client.get_mut() -= 1;
            // so that the table grows with those who listen, not with all who ever did
            if *of_client.get() == 0 {
                of_client.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;

    use super::*;

    fn client(last: u8) -> Origin {
        Origin::new([192, 0, 2, last].into())
    }

    #[test]
    fn nobody_takes_all_places_and_a_place_left_is_free() {
        let places = Arc::new(Places::new(3, 2));
        let first = places.take(client(1)).unwrap();
        let _second = places.take(client(1)).unwrap();
        assert_eq!(places.take(client(1)).unwrap_err().status_code(), 429);
        let _other = places.take(client(2)).unwrap();
        assert_eq!(places.take(client(3)).unwrap_err().status_code(), 503);
        drop(first);
        drop(places.take(client(3)).unwrap());
        assert!(!places.taken().by.contains_key(&client(3)), "who has gone is forgotten");
        places.take(client(1)).unwrap();
    }
}
