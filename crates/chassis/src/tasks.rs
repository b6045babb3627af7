//! What a service does without being asked.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Tasks that end with their handle: a service keeps it among its fields.
#[derive(Debug, Default)]
pub struct Tasks(Vec<JoinHandle<()>>);

impl Tasks {
    /// Run this too.
    #[must_use]
    pub fn with(mut self, task: impl Future<Output = ()> + Send + 'static) -> Self {
        self.0.push(tokio::spawn(task));
        self
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

/// Ticks at this distance, the first at once. After a long stop there is one, not as many as were missed.
pub fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_task_ends_with_its_handle() {
        let held = Arc::new(());
        let kept = Arc::clone(&held);
        let tasks = Tasks::default().with(async move {
            std::future::pending::<()>().await;
            drop(kept);
        });
        assert_eq!(Arc::strong_count(&held), 2);
        drop(tasks);
        while Arc::strong_count(&held) > 1 {
            tokio::task::yield_now().await;
        }
    }
}
