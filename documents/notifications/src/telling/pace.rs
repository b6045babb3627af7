//! When those who are told come to read.

/// Changes that are told before anybody comes to read. What is told together leaves in one write for each who hears it, and
/// a write costs ten times what a change does; but a thousand changes at once would keep everybody from reading for too
/// long.
const TOGETHER: usize = 32;

/// Counts what is told together.
#[derive(Default)]
pub struct Pace(usize);

impl Pace {
    /// A change was told, and more wait or not: let others run when it was the last, or one of enough.
    pub async fn told(&mut self, more_wait: bool) {
        self.0 += 1;
        if self.0 == TOGETHER || !more_wait {
            self.0 = 0;
            tokio::task::yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn readers_come_after_the_last_and_after_so_many() {
        let told = Cell::new(0);
        let teller = async {
            let mut pace = Pace::default();
            for change in 1..=TOGETHER + 3 {
                told.set(change);
                pace.told(change < TOGETHER + 3).await;
            }
        };
        let reader = async {
            let mut seen = vec![];
            while told.get() < TOGETHER + 3 {
                if seen.last() != Some(&told.get()) {
                    seen.push(told.get());
                }
                tokio::task::yield_now().await;
            }
            seen
        };
        let ((), seen) = tokio::join!(teller, reader);
        assert_eq!(seen, [TOGETHER]);
    }
}
