//! Who changes something and when: settled before the store runs the change, since it may run it twice.

/// Who, when, and the id under which the timeline tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// A user's id, `api-token`, or `inventory`.
    pub by: String,
    /// In Unix seconds.
    pub at: i64,
    /// Of the entry in the timeline; events that tell of the change have theirs from it.
    pub entry: String,
}
