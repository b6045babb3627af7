//! The pages: a frame, and what is in it.

use askama::Template;

use crate::assets::Shelf;
use crate::peers::{Listed, Product, Typed};
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

    const fn name(self, texts: &Texts) -> &'static str {
        match self {
            Self::Auto => texts.theme_auto,
            Self::Light => texts.theme_light,
            Self::Dark => texts.theme_dark,
        }
    }
}

/// What is around a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// In which language.
    pub lang: Lang,
    /// In which colours.
    pub theme: Theme,
    /// The path of the page in the navigation; empty for what is not in it.
    pub here: &'static str,
    /// What the page is called.
    pub title: String,
    /// For how many seconds what it shows was not compared with what is so; none when it is fresh.
    pub age: Option<i64>,
}

#[derive(Template)]
#[template(path = "frame.html")]
struct FrameTemplate<'a> {
    t: &'a Texts,
    frame: &'a Frame,
    style: String,
    icon: String,
    body: &'a str,
}

impl FrameTemplate<'_> {
    fn nav(&self) -> [(&'static str, &'static str); 4] {
        [
            ("/", self.t.nav_home),
            ("/products", self.t.nav_products),
            ("/products/new", self.t.nav_new),
            ("/about", self.t.nav_about),
        ]
    }

    fn is_auto(&self) -> bool {
        self.frame.theme == Theme::Auto
    }

    fn is_here(&self, path: &str) -> bool {
        self.frame.here == path
    }

    fn is_theme(&self, theme: Theme) -> bool {
        self.frame.theme == theme
    }

    fn is_lang(&self, lang: Lang) -> bool {
        self.frame.lang == lang
    }

    fn stale(&self) -> Option<String> {
        self.frame.age.map(|age| (self.t.stale)(&(self.t.duration)(age)))
    }
}

impl Frame {
    /// The whole page with this in it.
    pub fn around(&self, body: &impl Template, assets: &Shelf) -> String {
        let body = body.render().expect("a template writes to memory");
        let t = texts::of(self.lang);
        let page = FrameTemplate { t, frame: self, style: assets.style(), icon: assets.icon(), body: &body };
        page.render().expect("a template writes to memory")
    }
}

/// The first page.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    /// Its language.
    pub t: &'a Texts,
    /// The first products.
    pub products: &'a [Product],
}

/// The list.
#[derive(Template)]
#[template(path = "products.html")]
pub struct Products<'a> {
    /// Its language.
    pub t: &'a Texts,
    /// What was looked for.
    pub text: &'a str,
    /// What was found.
    pub listed: &'a Listed,
    /// Where the next page is.
    pub next: Option<String>,
}

/// A product.
#[derive(Template)]
#[template(path = "product.html")]
pub struct ProductPage<'a> {
    /// Its language.
    pub t: &'a Texts,
    /// The product.
    pub product: &'a Product,
}

/// The form, as it is shown first and again.
#[derive(Template)]
#[template(path = "new.html")]
pub struct Form<'a> {
    /// Its language.
    pub t: &'a Texts,
    /// What is in its fields.
    pub typed: &'a Typed,
    /// Whether it asks for a token.
    pub asks_for_token: bool,
    /// The same for each time that this form is sent.
    pub once: &'a str,
    /// What is wrong: a field, and the sentence; a field of no name is none.
    pub wrong: &'a [(&'static str, &'static str)],
}

impl Form<'_> {
    /// What is wrong with this field.
    fn why(&self, field: &str) -> Option<&'static str> {
        self.wrong.iter().find(|(wrong, _)| *wrong == field).map(|(_, why)| *why)
    }

    /// What tells a screen reader of this field's hint and mistake.
    fn described(&self, field: &str) -> String {
        match self.why(field) {
            Some(_) => format!(r#" aria-invalid="true" aria-describedby="{field}-hint {field}-why""#),
            None => format!(r#" aria-describedby="{field}-hint""#),
        }
    }
}

/// What this is.
#[derive(Template)]
#[template(path = "about.html")]
pub struct About<'a> {
    /// Its language.
    pub t: &'a Texts,
}

/// One thing that is said.
#[derive(Template)]
#[template(path = "notice.html")]
pub struct Notice<'a> {
    /// Its language.
    pub t: &'a Texts,
    /// In one line.
    pub title: &'a str,
    /// In a few.
    pub text: &'a str,
}
