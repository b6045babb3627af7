//! What this process has told, when it is alone.

use std::collections::{HashSet, VecDeque};

use tokio::sync::Mutex;

use crate::change::{Change, Number};

/// Changes that are remembered: the API sends again what is not yet acknowledged, which is some hundred.
const REMEMBERED: usize = 100_000;

/// The changes that were told. Their very numbers, not the highest one: of some that are under way, one may be refused and
/// come again behind the next, and must be told then.
#[derive(Default)]
pub struct Told(Mutex<Recent>);

#[derive(Default)]
struct Recent {
    known: HashSet<Number>,
    /// In the order in which they came.
    order: VecDeque<Number>,
}

impl Told {
    /// Tell this one unless it was told before; from then on it was. Whether it was told now.
    ///
    /// One at a time, from the question to the end of the telling: of two instances of the API that tell of the same
    /// changes, neither overtakes the other, and neither hears that a change was told while it still is being told. So the
    /// lock is tokio's: it is held while those are waited for whose buffers are full.
    pub async fn once(&self, change: &Change, tell: impl Future<Output = ()>) -> bool {
        let mut recent = self.0.lock().await;
        let number = change.number();
        if recent.known.contains(&number) {
            return false;
        }
        tell.await;
        recent.remember(number);
        true
    }
}

impl Recent {
    fn remember(&mut self, number: Number) {
        self.known.insert(number.clone());
        self.order.push_back(number);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::FileEvent;

    fn change(epoch: Option<&str>, seq: u64) -> Change {
        let epoch = epoch.map_or_else(|| "null".to_owned(), |epoch| format!("\"{epoch}\""));
        let sha256 = "0".repeat(64);
        let file = format!(r#"{{"id":1,"user_id":null,"name":"a","version":1,"sha256":"{sha256}","size":0}}"#);
        let json = format!(r#"["File_create",{{"seq":{seq},"epoch":{epoch},"file":{file},"at":0}}]"#);
        Change::of_arguments(FileEvent::Create, &json).unwrap()
    }

    #[tokio::test]
    async fn a_change_is_new_once_in_each_epoch_and_in_any_order() {
        let told = Told::default();
        for (epoch, seq, new) in [
            (Some("a"), 2, true),
            (Some("a"), 1, true),
            (Some("a"), 2, false),
            (Some("b"), 1, true),
            (None, 1, true),
            (Some("a"), 1, false),
            (None, 1, false),
        ] {
            assert_eq!(told.once(&change(epoch, seq), async {}).await, new, "{epoch:?} {seq}");
        }
    }

    #[tokio::test]
    async fn what_is_remembered_is_bounded() {
        let told = Told::default();
        let count = REMEMBERED as u64 + 10;
        for seq in 1..=count {
            assert!(told.once(&change(None, seq), async {}).await);
        }
        assert!(!told.once(&change(None, 11), async {}).await, "the newest are remembered");
        let recent = told.0.lock().await;
        assert_eq!((recent.known.len(), recent.order.len()), (REMEMBERED, REMEMBERED));
    }

    #[tokio::test]
    async fn while_one_is_told_neither_it_nor_another_is() {
        let (told, log) = (Told::default(), std::cell::RefCell::new(Vec::new()));
        let (go_on, wait) = tokio::sync::oneshot::channel();
        let (first, second) = (change(None, 1), change(None, 2));
        let slow = told.once(&first, async {
            wait.await.unwrap();
            log.borrow_mut().push("1");
        });
        let again = told.once(&first, async { log.borrow_mut().push("1 again") });
        let next = told.once(&second, async { log.borrow_mut().push("2") });
        let release = async {
            // the others have been asked by now, and wait
            tokio::task::yield_now().await;
            log.borrow_mut().push("released");
            go_on.send(()).unwrap();
        };
        let ((slow, again), (next, ())) =
            tokio::join!(async { tokio::join!(slow, again) }, async { tokio::join!(next, release) });
        assert_eq!((slow, again, next), (true, false, true));
        assert_eq!(log.into_inner(), ["released", "1", "2"]);
    }
}
