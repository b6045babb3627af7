//! A closure on its way through the queue.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::StoreError;
use crate::draft::Draft;

/// A closure that waits to be run, whatever it returns.
pub(crate) trait Job: Send {
    /// Run it; whether what it left is to be committed.
    fn run(&mut self, draft: &mut Draft) -> bool;
    /// Answer whoever waits.
    fn end(self: Box<Self>, committed: Result<(), StoreError>);
}

/// A closure, what it returned last, and who waits for it.
pub(crate) struct Work<F, R, E> {
    work: F,
    outcome: Option<Result<R, E>>,
    answer: oneshot::Sender<Result<R, E>>,
}

impl<F, R, E> Work<F, R, E> {
    pub fn new(work: F, answer: oneshot::Sender<Result<R, E>>) -> Self {
        Self { work, outcome: None, answer }
    }
}

impl<F, R, E> Job for Work<F, R, E>
where
    F: FnMut(&mut Draft) -> Result<R, E> + Send,
    R: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, draft: &mut Draft) -> bool {
        // a panic in one closure must not end the task that runs those of everybody
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(draft)));
        let outcome = match outcome {
            Ok(outcome) if draft.is_too_large() => outcome.and(Err(StoreError::Failed.into())),
            Ok(outcome) => outcome,
            // the panic itself was printed by the panic hook
            Err(_) => Err(StoreError::Failed.into()),
        };
        self.outcome.insert(outcome).is_ok()
    }

    fn end(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = match (committed, self.outcome) {
            // it was never run when the storage was known to be lost
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(StoreError::Failed.into()),
            (Ok(()), Some(outcome)) => outcome,
        };
        // whoever has hung up does not hear it; what was written stands
        let _ = self.answer.send(outcome);
    }
}
