//! What is said once, on the page after a form was sent.

use serde::{Deserialize, Serialize};

/// What was done, and how to undo it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// A sentence, in the language of who did it.
    pub text: String,
    /// A form that puts back what was there before.
    pub undo: Option<Undo>,
}

/// A form that puts back what was there before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// Where it is sent.
    pub action: String,
    /// What is in it.
    pub fields: Vec<(String, String)>,
}

impl Flash {
    /// That this was done.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), undo: None }
    }

    /// And that it can be undone by sending these fields there.
    #[must_use]
    pub fn undo(mut self, action: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.undo = Some(Undo { action: action.into(), fields });
        self
    }
}
