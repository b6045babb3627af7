//! Who waits for which acknowledgement.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::oneshot;

use crate::error::Error;

/// Shared by a connection's handle, its task, and all who wait. A std Mutex: it is never held across an await.
#[derive(Debug, Default, Clone)]
pub(crate) struct Acknowledgements(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    last: u64,
    waiting: HashMap<u64, oneshot::Sender<Value>>,
    ended: Option<Error>,
}

impl Acknowledgements {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wait for one more, under a number of its own.
    pub(crate) fn expect(&self) -> Result<Expected, Error> {
        let mut state = self.state();
        if let Some(error) = &state.ended {
            return Err(error.clone());
        }
        state.last += 1;
        let (id, (answer, answered)) = (state.last, oneshot::channel());
        state.waiting.insert(id, answer);
        Ok(Expected { id, answered, all: self.clone() })
    }

    /// It has come. One that nobody waits for any more is no mistake of the server's.
    pub(crate) fn answer(&self, id: u64, data: Vec<Value>) {
        let waiting = self.state().waiting.remove(&id);
        if let Some(answer) = waiting {
            // whoever waited may have gone this moment
            let _ = answer.send(first(data));
        }
    }

    /// No more will come; all who wait are told why.
    pub(crate) fn end(&self, error: Error) {
        let mut state = self.state();
        state.ended.get_or_insert(error);
        state.waiting.clear();
    }

    /// Why the connection has ended.
    pub(crate) fn ended(&self) -> Error {
        self.state().ended.clone().unwrap_or(Error::Closed)
    }

    /// Whether, and why, the connection has ended.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.state().ended.clone().map_or(Ok(()), Err)
    }
}

/// Servers answer with one value. Several are a list, so that nothing is lost; none is `null`.
fn first(mut data: Vec<Value>) -> Value {
    match data.len() {
        0 => Value::Null,
        1 => data.remove(0),
        _ => Value::Array(data),
    }
}

/// One acknowledgement that is to come. Dropped, nobody waits for it.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) id: u64,
    answered: oneshot::Receiver<Value>,
    all: Acknowledgements,
}

impl Expected {
    pub(crate) async fn answered(mut self) -> Result<Value, Error> {
        (&mut self.answered).await.map_err(|_| self.all.ended())
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        self.all.state().waiting.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn each_who_waits_has_its_own_answer() {
        let all = Acknowledgements::default();
        let (one, two, three) = (all.expect().unwrap(), all.expect().unwrap(), all.expect().unwrap());
        all.answer(two.id, vec![json!("two")]);
        all.answer(one.id, vec![]);
        all.answer(three.id, vec![json!(1), json!(2)]);
        all.answer(99, vec![json!("nobody's")]);
        assert_eq!(one.answered().await.unwrap(), Value::Null);
        assert_eq!(two.answered().await.unwrap(), json!("two"));
        assert_eq!(three.answered().await.unwrap(), json!([1, 2]));
    }

    #[tokio::test]
    async fn all_are_told_of_the_end_and_none_is_kept() {
        let all = Acknowledgements::default();
        let waits = all.expect().unwrap();
        drop(all.expect().unwrap());
        assert_eq!(all.state().waiting.len(), 1);
        all.end(Error::Disconnected);
        all.end(Error::Closed);
        assert!(matches!(waits.answered().await, Err(Error::Disconnected)));
        assert!(matches!(all.expect(), Err(Error::Disconnected)));
    }
}
