//! When something last changed that the public sees.

use serde::{Deserialize, Serialize};

/// Editions back to which a listener is told what has changed since; from before them, it reads everything again.
const KEPT: usize = 100;

/// Written with every change of what the public sees, and with no other. What is rendered for readers is kept by the
/// version of this document: sending five thousand mails writes to the store thousands of times, and changes no page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// In Unix seconds.
    pub at: i64,
    /// How many there were. It is what strangers are shown: a revision of the store counts mails, too.
    #[serde(default)]
    pub number: u64,
    /// The store's revisions of the last of them, this one at the end.
    #[serde(default)]
    revisions: Vec<u64>,
}

impl Edition {
    /// Its only key.
    pub const KEY: &'static str = "public";

    /// The edition that this revision of the store makes; one and the same when it changes several things.
    #[must_use]
    pub fn next(&self, at: i64, revision: u64) -> Self {
        // a clock that was set back does not make the page older
        let mut next = Self { at: at.max(self.at), ..self.clone() };
        if next.revisions.last() != Some(&revision) {
            next.number += 1;
            next.revisions.push(revision);
            let old = next.revisions.len().saturating_sub(KEPT);
            next.revisions.drain(..old);
        }
        next
    }

    /// The store's revision of the edition with this number, as long as that is known.
    pub fn revision_of(&self, number: u64) -> Option<u64> {
        let back = usize::try_from(self.number.checked_sub(number)?).ok()?;
        self.revisions.iter().rev().nth(back).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_editions_and_lead_to_revisions() {
        let mut edition = Edition::default();
        for revision in [3, 3, 700] {
            edition = edition.next(10, revision);
        }
        assert_eq!((edition.number, edition.next(9, 701).at), (2, 10));
        let found = [0, 1, 2, 3, u64::MAX].map(|number| edition.revision_of(number));
        assert_eq!(found, [None, Some(3), Some(700), None, None]);
        for revision in 1000..1200 {
            edition = edition.next(10, revision);
        }
        assert_eq!([2, 102, 103, 202].map(|number| edition.revision_of(number)), [None, None, Some(1100), Some(1199)]);
    }
}
