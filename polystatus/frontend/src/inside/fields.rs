//! The fields of a form: what is in them, what is wrong with them, and how they are shown.
//!
//! A template writes `{{ f.line("title", t.title).required().max(200) }}` and has a label, the field, what was typed before, what is
//! wrong with it, and all that a screen reader needs to tell the same.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Refusal, SignedForm, Words};

/// What is in a form, and what is wrong with it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Fields {
    values: Vec<(String, String)>,
    /// Field and sentence.
    wrong: Vec<(String, String)>,
    /// What is wrong with no field in particular.
    error: Option<String>,
    /// What others have written meanwhile.
    meanwhile: Vec<(String, String)>,
    /// What is said before that.
    meanwhile_words: &'static str,
}

impl Fields {
    /// As a form was sent, to be shown again.
    pub fn of(form: &SignedForm) -> Self {
        Self { values: form.typed(), ..Self::default() }
    }

    /// Of these.
    pub fn typed(values: Vec<(String, String)>) -> Self {
        Self { values, ..Self::default() }
    }

    /// With this in a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// With what a service says is wrong. `names` are the fields of this form: what is said of another stands above all.
    #[must_use]
    pub fn refused(mut self, refusal: &Refusal, names: &[&str], t: &Words) -> Self {
        self.meanwhile_words = t.meanwhile;
        for (field, message) in &refusal.details {
            // `services[2]` and `action_items[0].owner` are of the field that begins so
            let begin = field.split(['[', '.']).next().unwrap_or_default();
            match names.iter().find(|name| **name == begin) {
                Some(name) => self.wrong.push(((*name).to_owned(), t.of_service(message))),
                None => self.wrong.push((String::new(), format!("{field}: {}", t.of_service(message)))),
            }
        }
        if refusal.is_stale() {
            self.error = Some(t.stale.to_owned());
        } else if refusal.details.is_empty() {
            self.error = Some(t.of_service(&refusal.error));
        }
        self
    }

    /// With this wrong, which we saw ourselves.
    #[must_use]
    pub fn wrong_with(mut self, name: &str, why: &str) -> Self {
        self.wrong.push((name.to_owned(), why.to_owned()));
        self
    }

    /// With this in the place of a field that others have changed meanwhile: shown beside it where it differs.
    #[must_use]
    pub fn meanwhile(mut self, name: &str, value: impl Into<String>) -> Self {
        self.meanwhile.push((name.to_owned(), value.into()));
        self
    }

    /// What is in a field.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value)
    }

    /// What is in every field of this name.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(given, is)| given == name && is == value)
    }

    /// What is wrong with a field.
    pub fn why(&self, name: &str) -> Option<&str> {
        self.wrong.iter().find(|(given, _)| given == name).map(|(_, why)| why.as_str())
    }

    /// Whether anything is wrong.
    pub fn is_wrong(&self) -> bool {
        self.error.is_some() || !self.wrong.is_empty()
    }

    /// What is wrong, above the form, with links to the fields. It has the focus when the page comes.
    pub fn summary<'a>(&'a self, t: &'a Words) -> Summary<'a> {
        Summary { fields: self, t }
    }

    /// One line of text.
    pub fn line<'a>(&'a self, name: &'a str, label: &'a str) -> Field<'a> {
        self.kind("text", name, label)
    }

    /// An e-mail address.
    pub fn email<'a>(&'a self, name: &'a str, label: &'a str) -> Field<'a> {
        self.kind("email", name, label)
    }

    /// A password. What was typed is not shown again.
    pub fn password<'a>(&'a self, name: &'a str, label: &'a str) -> Field<'a> {
        self.kind("password", name, label)
    }

    /// Another kind of line, as browsers know them: `datetime-local`, `number`, `url`.
    pub fn kind<'a>(&'a self, kind: &'static str, name: &'a str, label: &'a str) -> Field<'a> {
        self.field(name, label, Kind::Line(kind))
    }

    /// A text of several lines.
    pub fn area<'a>(&'a self, name: &'a str, label: &'a str, rows: usize) -> Field<'a> {
        self.field(name, label, Kind::Area(rows))
    }

    /// One of several: value and words.
    pub fn choice<'a, V: Into<String>, W: Into<String>>(
        &'a self,
        name: &'a str,
        label: &'a str,
        options: impl IntoIterator<Item = (V, W)>,
    ) -> Field<'a> {
        self.field(name, label, Kind::Choice(pairs(options)))
    }

    /// One of a few, all of them in sight: value and words.
    pub fn radios<'a, V: Into<String>, W: Into<String>>(
        &'a self,
        name: &'a str,
        label: &'a str,
        options: impl IntoIterator<Item = (V, W)>,
    ) -> Field<'a> {
        self.field(name, label, Kind::Boxes("radio", pairs(options)))
    }

    /// Any number of several: value and words.
    pub fn ticks<'a, V: Into<String>, W: Into<String>>(
        &'a self,
        name: &'a str,
        label: &'a str,
        options: impl IntoIterator<Item = (V, W)>,
    ) -> Field<'a> {
        self.field(name, label, Kind::Boxes("checkbox", pairs(options)))
    }

    /// As [`ticks`](Self::ticks), where the value is what people read.
    pub fn ticks_of<'a>(&'a self, name: &'a str, label: &'a str, options: &[String]) -> Field<'a> {
        self.ticks(name, label, options.iter().map(|option| (option.as_str(), option.as_str())))
    }

    const fn field<'a>(&'a self, name: &'a str, label: &'a str, kind: Kind) -> Field<'a> {
        Field { fields: self, name, label, kind, hint: "", more: String::new() }
    }
}

fn pairs<V: Into<String>, W: Into<String>>(options: impl IntoIterator<Item = (V, W)>) -> Vec<(String, String)> {
    options.into_iter().map(|(value, words)| (value.into(), words.into())).collect()
}

enum Kind {
    Line(&'static str),
    Area(usize),
    Choice(Vec<(String, String)>),
    Boxes(&'static str, Vec<(String, String)>),
}

/// A field with its label, to be written into a template.
#[derive(Template)]
#[template(path = "inside/field.html")]
pub(crate) struct Field<'a> {
    fields: &'a Fields,
    name: &'a str,
    label: &'a str,
    kind: Kind,
    hint: &'a str,
    /// Attributes: names of ours, and numbers.
    more: String,
}

impl<'a> Field<'a> {
    /// It must not be empty.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.more.push_str(" required");
        self
    }

    /// Characters at most.
    #[must_use]
    pub fn max(mut self, characters: usize) -> Self {
        // writing to a string does not fail
        let _ = fmt::Write::write_fmt(&mut self.more, format_args!(" maxlength=\"{characters}\""));
        self
    }

    /// What browsers may fill in: a word of the HTML standard, 4.10.18.7.
    #[must_use]
    pub fn fills(mut self, what: &'static str) -> Self {
        let _ = fmt::Write::write_fmt(&mut self.more, format_args!(" autocomplete=\"{what}\""));
        self
    }

    /// For digits.
    #[must_use]
    pub fn digits(mut self) -> Self {
        self.more.push_str(" inputmode=\"numeric\"");
        self
    }

    /// What helps to fill it in.
    #[must_use]
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    fn value(&self) -> &str {
        if matches!(self.kind, Kind::Line("password")) { "" } else { self.fields.value(self.name) }
    }

    fn why(&self) -> Option<&str> {
        self.fields.why(self.name)
    }

    fn meanwhile(&self) -> Option<&str> {
        let (_, value) = self.fields.meanwhile.iter().find(|(name, _)| name == self.name)?;
        (value != self.value()).then_some(value.as_str())
    }

    const fn meanwhile_words(&self) -> &'static str {
        self.fields.meanwhile_words
    }

    fn is_required(&self) -> bool {
        self.more.contains(" required")
    }

    /// What describes it, for who does not see it.
    fn described(&self) -> String {
        let parts =
            [("hint", !self.hint.is_empty()), ("why", self.why().is_some()), ("meanwhile", self.meanwhile().is_some())];
        let ids: Vec<String> =
            parts.into_iter().filter(|(_, is)| *is).map(|(what, _)| format!("{}-{what}", self.name)).collect();
        let invalid = if self.why().is_some() { " aria-invalid=\"true\"" } else { "" };
        if ids.is_empty() { invalid.to_owned() } else { format!(" aria-describedby=\"{}\"{invalid}", ids.join(" ")) }
    }
}

impl HtmlSafe for Field<'_> {}

/// What is wrong with a form.
#[derive(Template)]
#[template(path = "inside/summary.html")]
pub(crate) struct Summary<'a> {
    fields: &'a Fields,
    t: &'a Words,
}

impl HtmlSafe for Summary<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inside::texts;
    use crate::texts::Lang;

    #[test]
    fn what_was_typed_comes_back_as_text_with_what_is_wrong_beside_it() {
        let refusal = Refusal {
            status: 400,
            error: "x".to_owned(),
            details: vec![
                ("title".into(), "<why>".into()),
                ("services[1]".into(), "b".into()),
                ("odd".into(), "c".into()),
            ],
        };
        let t = texts::of(Lang::En);
        let fields = Fields::default().with("title", "\"><script>").refused(&refusal, &["title", "services"], t);
        let html = fields.line("title", "Title").required().max(200).hint("Short").to_string();
        assert!(html.contains("aria-describedby=\"title-hint title-why\" aria-invalid=\"true\""), "{html}");
        assert!(!html.contains("<script>") && !html.contains("<why>") && html.contains("maxlength=\"200\""), "{html}");
        assert_eq!(fields.why("services"), Some("B."));
        let summary = fields.summary(t).to_string();
        assert!(
            summary.contains("href=\"#title\"") && summary.contains("odd: C.") && summary.contains("autofocus"),
            "{summary}"
        );
        let secret = Fields::default().with("password", "hunter2");
        assert!(!secret.password("password", "Password").to_string().contains("hunter2"));
    }
}
