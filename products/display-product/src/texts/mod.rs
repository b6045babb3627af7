//! What the pages say, in French and in English.
//!
//! A language is one value of [`Texts`]: a sentence that is missing in one of them does not compile. The two files have
//! the same order, so that they are read side by side.

mod en;
mod fr;
mod lang;

pub use lang::Lang;

/// Every sentence of one language.
pub struct Texts {
    /// Which.
    pub lang: Lang,
    // the frame
    pub(crate) site: &'static str,
    pub(crate) describe: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) pages: &'static str,
    pub(crate) nav_home: &'static str,
    pub(crate) nav_products: &'static str,
    pub(crate) nav_new: &'static str,
    pub(crate) nav_about: &'static str,
    pub(crate) language: &'static str,
    pub(crate) theme: &'static str,
    pub(crate) theme_auto: &'static str,
    pub(crate) theme_light: &'static str,
    pub(crate) theme_dark: &'static str,
    // how old it is
    pub(crate) stale: fn(&str) -> String,
    pub(crate) duration: fn(i64) -> String,
    pub(crate) price: fn(&str) -> String,
    // the list
    pub(crate) welcome: &'static str,
    pub(crate) welcome_text: &'static str,
    pub(crate) see_all: &'static str,
    pub(crate) first_products: &'static str,
    pub(crate) products: &'static str,
    pub(crate) search: &'static str,
    pub(crate) search_button: &'static str,
    pub(crate) found_none: fn(&str) -> String,
    pub(crate) no_products: &'static str,
    pub(crate) next: &'static str,
    pub(crate) back_to_list: &'static str,
    pub(crate) no_description: &'static str,
    pub(crate) number: fn(i64) -> String,
    // the form
    pub(crate) new: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) description: &'static str,
    pub(crate) description_hint: &'static str,
    pub(crate) price_label: &'static str,
    pub(crate) price_hint: &'static str,
    pub(crate) token: &'static str,
    pub(crate) token_hint: &'static str,
    pub(crate) add: &'static str,
    pub(crate) wrong: &'static str,
    pub(crate) wrong_name: &'static str,
    pub(crate) wrong_description: &'static str,
    pub(crate) wrong_price: &'static str,
    pub(crate) wrong_token: &'static str,
    pub(crate) not_allowed: &'static str,
    pub(crate) open_refused: &'static str,
    pub(crate) silent: &'static str,
    pub(crate) sent_before: &'static str,
    pub(crate) too_many: &'static str,
    pub(crate) foreign: &'static str,
    pub(crate) foreign_text: &'static str,
    // what cannot be shown
    pub(crate) nothing_here: &'static str,
    pub(crate) nothing_here_text: &'static str,
    pub(crate) nothing_known: &'static str,
    pub(crate) nothing_known_text: &'static str,
    // about
    pub(crate) about: &'static str,
    pub(crate) about_paragraphs: &'static [&'static str],
}

/// The sentences of a language.
pub const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::En => &en::TEXTS,
        Lang::Fr => &fr::TEXTS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_and_a_price_are_said_as_people_say_them() {
        let (en, fr) = (of(Lang::En), of(Lang::Fr));
        for (seconds, english, french) in [
            (0, "less than a minute", "moins d’une minute"),
            (60, "1 min", "1 min"),
            (3660, "1 h 1 min", "1 h 1 min"),
            (90_000, "1 d 1 h", "1 j 1 h"),
        ] {
            assert_eq!(((en.duration)(seconds), (fr.duration)(seconds)), (english.to_owned(), french.to_owned()));
        }
        assert_eq!(((en.price)("12.50"), (fr.price)("12.50")), ("12.50".to_owned(), "12,50".to_owned()));
    }
}
