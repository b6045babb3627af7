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
    closure: F,
    outcome: Option<Result<R, E>>,
    answer: oneshot::Sender<Result<R, E>>,
}

impl<F, R, E> Work<F, R, E> {
    pub fn new(closure: F, answer: oneshot::Sender<Result<R, E>>) -> Self {
        Self { closure, outcome: None, answer }
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
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.closure)(draft)));
        let outcome = match outcome {
            Ok(Ok(_)) if draft.is_too_large() => {
                tracing::error!("a write left more documents, events or entries of logs than one may");
                Err(StoreError::Failed.into())
            }
            Ok(outcome) => outcome,
            // the panic itself was printed by the panic hook
            Err(_) => Err(StoreError::Failed.into()),
        };
        self.outcome.insert(outcome).is_ok()
    }

    fn end(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = match (committed, self.outcome) {
            // it had written nothing, so there is nothing to be unsure of
            (Err(StoreError::Unconfirmed), Some(Err(_))) => Err(StoreError::Unreachable.into()),
            // it was never run when the storage was known to be lost
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(StoreError::Failed.into()),
            (Ok(()), Some(outcome)) => outcome,
        };
        // whoever has hung up does not hear it; what was written stands
        let _ = self.answer.send(outcome);
    }
}
