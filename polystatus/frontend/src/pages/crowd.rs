//! Those who follow pages, told of an edition row by row.
//!
//! Ten thousand who are told at once are ten thousand pieces of work before the next request is looked at: whoever asks for
//! the page in that moment waits for all of them. So a crowd stands in rows, and between some rows the worker gets time for
//! others. A few are told at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

/// With ten thousand, a row is 250.
const ROWS: usize = 40;

/// So many are told without a pause. To write to one takes 10 to 20 µs, so these take a few milliseconds.
const AT_ONCE: usize = 300;

/// About what these take: so the last of ten thousand is told after 0.3 s, and half of the time is for others.
const PAUSE: Duration = Duration::from_millis(6);

/// Who waits for the number of the next edition.
#[derive(Debug)]
pub struct Crowd {
    rows: [watch::Sender<u64>; ROWS],
    came: AtomicUsize,
}

impl Default for Crowd {
    fn default() -> Self {
        Self { rows: std::array::from_fn(|_| watch::Sender::new(0)), came: AtomicUsize::new(0) }
    }
}

impl Crowd {
    /// Stand in a row. Who is gone when the receiver is dropped.
    pub fn join(&self) -> watch::Receiver<u64> {
        self.rows[self.came.fetch_add(1, Ordering::Relaxed) % ROWS].subscribe()
    }

    /// Tell everyone, with pauses when there are many.
    pub async fn tell(&self, number: u64) {
        let mut told = 0;
        for row in &self.rows {
            let waiting = row.receiver_count();
            if told > 0 && told + waiting > AT_ONCE {
                sleep(PAUSE).await;
                told = 0;
            }
            // what was said to all meanwhile is not taken back
            row.send_if_modified(|known| number > std::mem::replace(known, number.max(*known)));
            told += waiting;
        }
    }

    /// Tell everyone at once.
    pub fn tell_now(&self, number: u64) {
        for row in &self.rows {
            row.send_replace(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    async fn told_in(many: usize) -> Duration {
        let crowd = Crowd::default();
        let waiting: Vec<_> = (0..many).map(|_| crowd.join()).collect();
        let start = Instant::now();
        crowd.tell(7).await;
        assert!(waiting.iter().all(|row| *row.borrow() == 7), "everyone is told");
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_few_are_told_at_once_and_many_within_half_a_second() {
        assert_eq!(told_in(AT_ONCE).await, Duration::ZERO);
        let many = told_in(10_000).await;
        assert!(many > 20 * PAUSE && many < Duration::from_millis(300), "{many:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_is_not_taken_back_by_an_edition_that_is_being_told() {
        let crowd = Crowd::default();
        let waiting: Vec<_> = (0..5000).map(|_| crowd.join()).collect();
        tokio::join!(crowd.tell(7), async {
            sleep(PAUSE).await;
            crowd.tell_now(u64::MAX);
        });
        assert!(waiting.iter().all(|row| *row.borrow() == u64::MAX));
    }
}
