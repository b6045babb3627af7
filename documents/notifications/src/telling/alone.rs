//! What this process has told, when it is alone.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::change::{Change, Epoch};

/// Changes that are remembered: the API sends again what is not yet acknowledged, which is some hundred.
const REMEMBERED: usize = 100_000;

/// The changes that were told. Their very numbers, not the highest one: of some that are under way, one may be refused and
/// come again behind the next, and must be told then.
#[derive(Default)]
pub struct Told(Mutex<Recent>);

#[derive(Default)]
struct Recent {
    known: HashSet<(Option<Epoch>, u64)>,
    /// In the order in which they came.
    order: VecDeque<(Option<Epoch>, u64)>,
}

impl Told {
    /// Whether this one was not told before; from now on it was.
    pub fn is_new(&self, change: &Change) -> bool {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (change.epoch.clone(), change.seq);
        if !recent.known.insert(key.clone()) {
            return false;
        }
        recent.order.push_back(key);
        if recent.order.len() > REMEMBERED
            && let Some(oldest) = recent.order.pop_front()
        {
            recent.known.remove(&oldest);
        }
        true
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

    #[test]
    fn a_change_is_new_once_in_each_epoch_and_in_any_order() {
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
            assert_eq!(told.is_new(&change(epoch, seq)), new, "{epoch:?} {seq}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let told = Told::default();
        let count = REMEMBERED as u64 + 10;
        assert!((1..=count).all(|seq| told.is_new(&change(None, seq))));
        assert!(!told.is_new(&change(None, 11)), "the newest are remembered");
        let recent = told.0.lock().unwrap();
        assert_eq!((recent.known.len(), recent.order.len()), (REMEMBERED, REMEMBERED));
    }
}
