//! The form of a user story: who, what, why.

/// `En tant que <role>, je veux <want> afin de <purpose>`.
#[derive(Debug, PartialEq, Eq)]
pub struct Sentence {
    pub role: String,
    pub want: String,
    pub purpose: String,
}

/// What every story begins with, by which it is found among the paragraphs.
pub const OPENING: &str = "En tant qu";

impl Sentence {
    /// Read it.
    ///
    /// # Errors
    /// With the part that is missing.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        // typographic apostrophes and no-break spaces are the same to a reader
        let text: String = text.chars().map(plain).collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (opening, rest) = text.split_once(", je veux ").ok_or("it lacks “, je veux …”")?;
        let role = after(opening, &["En tant que ", "En tant qu'"]).ok_or("it does not begin with “En tant que …”")?;
        let (want, purpose) = split_purpose(rest).ok_or("it lacks “afin de …” or “afin d’…”")?;
        let sentence = Self {
            role: role.trim().to_owned(),
            want: want.trim().to_owned(),
            purpose: purpose.trim_matches([' ', '.']).to_owned(),
        };
        if sentence.role.is_empty() || sentence.purpose.is_empty() {
            return Err("it does not say who, or what for");
        }
        Ok(sentence)
    }
}

fn plain(letter: char) -> char {
    match letter {
        '’' => '\'',
        '\u{a0}' | '\u{202f}' => ' ',
        other => other,
    }
}

fn after<'a>(text: &'a str, openings: &[&str]) -> Option<&'a str> {
    openings.iter().find_map(|opening| text.strip_prefix(opening))
}

fn split_purpose(text: &str) -> Option<(&str, &str)> {
    [" afin de ", " afin d'"].iter().find_map(|link| text.split_once(link))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_what_and_why_are_read() {
        let sentence = Sentence::parse("En tant que QA, je veux des tests afin de valider l'API.").unwrap();
        let expected = Sentence { role: "QA".into(), want: "des tests".into(), purpose: "valider l'API".into() };
        assert_eq!(sentence, expected);
    }

    #[test]
    fn elided_and_typographic_forms_are_read() {
        let sentence = Sentence::parse("En tant qu’admin,\u{a0}je veux un journal afin d’auditer.").unwrap();
        assert_eq!((sentence.role.as_str(), sentence.purpose.as_str()), ("admin", "auditer"));
    }

    #[test]
    fn each_missing_part_is_named() {
        let missing = |text| Sentence::parse(text).unwrap_err();
        assert!(missing("En tant que QA, il faut des tests afin de valider.").contains("je veux"));
        assert!(missing("Comme QA, je veux des tests afin de valider.").contains("En tant que"));
        assert!(missing("En tant que QA, je veux des tests pour valider.").contains("afin de"));
        assert!(missing("En tant que QA, je veux des tests afin de .").contains("does not say"));
        assert!(missing("En tant que , je veux des tests afin de valider.").contains("does not say"));
    }
}
