//! What the pages behind the login have in common, in two languages. What one page says stands beside the page.

mod en;
mod fr;
mod of_services;

use std::fmt;

use askama::filters::HtmlSafe;
use chassis::auth::Role;

use super::Section;
use crate::texts::{Lang, Texts};

/// Sentences that several pages have.
pub(crate) struct Words {
    /// Which language.
    pub lang: Lang,
    pub skip: &'static str,
    pub to_page: &'static str,
    pub navigation: &'static str,
    pub sections: [(Section, &'static str); 9],
    pub roles: [&'static str; 4],
    pub sign_out: &'static str,
    pub sign_in: &'static str,
    pub account: &'static str,
    pub undo: &'static str,
    pub wrong: &'static str,
    pub meanwhile: &'static str,
    pub save: &'static str,
    pub cancel: &'static str,
    pub send_again: &'static str,
    pub open_again: &'static str,
    pub to_overview: &'static str,
    pub more: &'static str,
    pub stale: &'static str,
    pub too_many: &'static str,
    pub too_often: &'static str,
    pub maybe_done: &'static str,
    pub not_done: &'static str,
    pub silent: &'static str,
    pub silent_text: &'static str,
    pub users_silent: &'static str,
    pub users_silent_text: &'static str,
    pub not_found: &'static str,
    pub not_found_text: &'static str,
    pub not_allowed: &'static str,
    pub needs_role: fn(&str) -> String,
    pub foreign: &'static str,
    pub foreign_text: &'static str,
    pub not_from_us: &'static str,
    pub old_page: &'static str,
    pub old_page_text: &'static str,
    pub session_ended: &'static str,
    pub session_ended_text: &'static str,
    pub other_session: &'static str,
    pub other_session_text: &'static str,
    pub what_was_typed: &'static str,
}

impl Words {
    /// What the public pages say: states, times.
    pub fn page(&self) -> &'static Texts {
        crate::texts::of(self.lang)
    }

    /// The name of a section.
    pub fn section(&self, section: Section) -> &'static str {
        self.sections.iter().find(|(one, _)| *one == section).map_or("", |(_, name)| name)
    }

    /// The name of a role.
    pub const fn role(&self, role: Role) -> &'static str {
        self.roles[role as usize]
    }

    /// What a service says, in this language where we know it: services speak English.
    pub fn of_service(&self, sentence: &str) -> String {
        match self.lang {
            Lang::En => of_services::sentence(sentence),
            Lang::Fr => of_services::in_french(sentence).map_or_else(|| of_services::sentence(sentence), str::to_owned),
        }
    }
}

/// The words of a language.
pub(crate) const fn of(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &en::WORDS,
        Lang::Fr => &fr::WORDS,
    }
}

/// Markup of our own, which a template writes as it is.
pub(crate) struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// A hidden field. The name is ours.
pub(crate) fn hidden(name: &str, value: &str) -> Markup {
    let value =
        askama::filters::escape(value, askama::filters::Html).map(|value| value.to_string()).unwrap_or_default();
    Markup(format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_section_and_role_has_a_name() {
        for lang in Lang::ALL {
            let words = of(lang);
            assert!(words.sections.iter().all(|(section, name)| !name.is_empty() && words.section(*section) == *name));
            assert_ne!(words.role(Role::Viewer), words.role(Role::Admin));
        }
    }

    #[test]
    fn a_hidden_value_is_text() {
        assert_eq!(hidden("a", "\"<").to_string(), "<input type=\"hidden\" name=\"a\" value=\"&#34;&#60;\">");
    }
}
