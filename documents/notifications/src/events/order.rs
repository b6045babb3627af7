//! Order over a refusal.
//!
//! The API has hundreds of changes under way at once. When one is refused, those behind it are here already, and must not
//! be told before it: whoever reads them would take the refused one for an old number when it comes again.

use crate::answer::Refusal;
use crate::change::{Change, Number};

/// What was refused on a connection, and has to come again before anything else does.
#[derive(Debug, Default)]
pub struct Held(Option<Refused>);

#[derive(Debug)]
enum Refused {
    /// This one.
    Known(Number),
    /// One of which not even the number can be read.
    Illegible,
}

impl Held {
    /// Whether this change may be told: not behind one that was refused. The refused one itself ends the waiting, and so
    /// does one before it: then its sender has begun anew.
    ///
    /// # Errors
    /// What is to come first.
    pub fn pass(&mut self, number: &Number) -> Result<(), Refusal> {
        let error = match &self.0 {
            None => return Ok(()),
            Some(Refused::Known(refused)) if number.epoch == refused.epoch && number.seq <= refused.seq => {
                self.0 = None;
                return Ok(());
            }
            Some(Refused::Known(refused)) => {
                format!("Change {} before it was refused: send that one again first", refused.seq)
            }
            Some(Refused::Illegible) => {
                "A change before it was refused, and its number cannot be read: connect anew, and \
                                         send again what was not acknowledged"
                    .to_owned()
            }
        };
        Err(Refusal::not_now(error, Some(1)))
    }

    /// This one was refused, as far as its number can be read. While one is waited for, the others behind it change nothing.
    pub fn hold(&mut self, number: Option<Number>) {
        self.0.get_or_insert(number.map_or(Refused::Illegible, Refused::Known));
    }

    /// This very change was refused.
    pub fn hold_change(&mut self, change: &Change) {
        self.hold(Some(change.number()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(epoch: Option<&str>, seq: u64) -> Number {
        serde_json::from_value(serde_json::json!({"epoch": epoch, "seq": seq})).unwrap()
    }

    #[test]
    fn behind_a_refused_change_nothing_passes_until_it_or_one_before_it_comes_again() {
        for again in [5, 4] {
            let mut held = Held::default();
            held.pass(&number(None, 4)).unwrap();
            held.hold(Some(number(None, 5)));
            for seq in [6, 7] {
                let refused = held.pass(&number(None, seq)).unwrap_err();
                assert_eq!(refused.error, "Change 5 before it was refused: send that one again first");
                // it is refused as well, and that changes nothing
                held.hold(Some(number(None, seq)));
            }
            held.pass(&number(Some("other"), 1)).unwrap_err();
            held.pass(&number(None, again)).unwrap();
            held.pass(&number(None, 6)).unwrap();
        }
    }

    #[test]
    fn behind_one_whose_number_cannot_be_read_nothing_passes() {
        let mut held = Held::default();
        held.hold(None);
        assert!(held.pass(&number(None, 1)).unwrap_err().error.contains("connect anew"));
        held.pass(&number(None, 1)).unwrap_err();
    }
}
