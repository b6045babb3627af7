//! Pages that say one thing, and pages that ask one thing.

use askama::Template;

use super::SignedIn;

/// What is said.
#[derive(Template)]
#[template(path = "inside/notice.html")]
pub(crate) struct Notice<'a> {
    /// In one line.
    pub title: &'a str,
    /// In a few.
    pub text: &'a str,
    /// Where to go on: address and words.
    pub link: Option<(&'a str, &'a str)>,
}

/// Whether something that hurts is really meant. The answer is a form that posts `fields` to `action`.
#[derive(Template)]
#[template(path = "inside/confirmation.html")]
pub(crate) struct Confirmation<'a> {
    /// Who is asked.
    pub me: &'a SignedIn,
    /// The question.
    pub title: &'a str,
    /// What will happen, a paragraph each.
    pub text: &'a [String],
    /// What is sent, as others will read it.
    pub quote: Option<&'a str>,
    /// Where the form is sent.
    pub action: &'a str,
    /// What is in it beside the token.
    pub fields: &'a [(String, String)],
    /// What the button says: what it does, not "yes".
    pub button: &'a str,
    /// Whether it takes something away for good.
    pub hurts: bool,
    /// The way back.
    pub back: &'a str,
}
