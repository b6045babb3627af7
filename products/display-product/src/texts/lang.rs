//! The languages of the pages, and which of them somebody wants to read.

use std::fmt;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    En,
    /// French.
    Fr,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// Its tag (RFC 5646), as in `<html lang>`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// Its own name for itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
        }
    }

    /// Of a tag.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.as_str() == tag)
    }

    /// What a browser would like best (RFC 9110, 12.5.4); English when it names neither.
    pub fn wanted(accept_language: &str) -> Self {
        let mut best = (0.0, Self::En);
        // an honest list has a dozen entries
        for entry in accept_language.split(',').take(50) {
            let mut parts = entry.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.trim().parse::<f32>().ok());
            let weight = weight.unwrap_or(1.0);
            let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            if let Some(lang) = Self::of_tag(&primary)
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
        best.1
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_that_is_there_wins_and_the_first_of_equals() {
        for (header, lang) in [
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", Lang::Fr),
            ("de, en;q=0.3, fr;q=0.4", Lang::Fr),
            ("en,fr", Lang::En),
            ("FR", Lang::Fr),
            ("fr;q=0, en;q=0.1", Lang::En),
            ("fr;q=NaN", Lang::En),
            ("*", Lang::En),
            ("", Lang::En),
            (";;;,,,q=1", Lang::En),
        ] {
            assert_eq!(Lang::wanted(header), lang, "{header}");
        }
    }
}
