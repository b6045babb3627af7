//! What is around every page: head, navigation, switches; and the pages that are made for one reader.

use std::sync::Arc;

use askama::Template;

use super::page::Part;
use crate::assets::Assets;
use crate::texts::{self, Lang, Texts};

/// The colours that somebody has chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has them.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Of the word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }

    pub(crate) const fn name(self, texts: &Texts) -> &'static str {
        match self {
            Self::Auto => texts.theme_auto,
            Self::Light => texts.theme_light,
            Self::Dark => texts.theme_dark,
        }
    }
}

/// What is around a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// In which language.
    pub lang: Lang,
    /// What the whole site is called.
    pub site: String,
    /// What this page is called; the name of its tab.
    pub title: String,
    /// Its path; none for what is made for one reader, and is not to be found.
    pub path: Option<String>,
    /// What the follower of this page asks for; none when it does not change.
    pub stream: Option<String>,
    /// Where the site is.
    pub public_url: Arc<str>,
    /// The addresses of the style sheet and the like.
    pub assets: Arc<Assets>,
}

#[derive(Template)]
#[template(path = "frame.html")]
struct FrameTemplate<'a> {
    t: &'a Texts,
    frame: &'a Frame,
    parts: &'a [Part],
    theme: Theme,
    version: &'a str,
}

/// Our mark: three days, one of them worse.
pub(crate) const MARK: &str = r#"<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 21v-7h4v7zM17 21v-9h4v9z"/><path class="worse" d="M10 21V3h4v18z"/></svg>"#;

impl FrameTemplate<'_> {
    fn nav(&self) -> [(&'static str, &'static str); 6] {
        [
            ("/", self.t.nav_now),
            ("/history", self.t.nav_history),
            ("/providers", self.t.nav_providers),
            ("/servers", self.t.nav_servers),
            ("/subscribe", self.t.nav_subscribe),
            ("/about", self.t.nav_about),
        ]
    }

    fn is_auto(&self) -> bool {
        self.theme == Theme::Auto
    }

    fn is_here(&self, path: &str) -> bool {
        self.frame.path.as_deref() == Some(path)
    }
}

impl Frame {
    /// The whole page.
    pub(super) fn html(&self, parts: &[Part], theme: Theme, version: &str) -> String {
        let page = FrameTemplate { t: texts::of(self.lang), frame: self, parts, theme, version };
        page.render().expect("a template writes to memory")
    }

    /// A frame for tests.
    #[cfg(test)]
    pub(crate) fn for_test(lang: Lang) -> Self {
        Self {
            lang,
            site: "Test".to_owned(),
            title: "Title".to_owned(),
            path: Some("/".to_owned()),
            stream: None,
            public_url: "http://localhost".into(),
            assets: Arc::default(),
        }
    }
}

/// What is said to one reader.
#[derive(Template)]
#[template(path = "message.html")]
pub struct Message<'a> {
    /// In one line.
    pub title: &'a str,
    /// In a few.
    pub text: &'a str,
    /// A button that posts to the address of the page: what it says.
    pub button: Option<&'a str>,
    /// Where to go on: address and words.
    pub link: Option<(&'a str, &'a str)>,
}

impl Message<'_> {
    /// As the only part of a page.
    pub fn part(&self) -> Part {
        Part { id: "message", html: self.render().expect("a template writes to memory") }
    }
}
