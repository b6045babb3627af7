//! Texts that people write: one line of at most so many characters, or several.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// One line: 1 to `MAX` characters, no control characters, no blanks at the ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(String);

/// Several lines: at most `MAX` characters, no control characters but line ends and tabs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prose<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> Prose<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same text, where there must be one.
    ///
    /// # Errors
    /// When it is blank.
    pub fn not_blank(self) -> Result<Self, String> {
        if self.0.trim().is_empty() { Err(format!("must have 1 to {MAX} characters")) } else { Ok(self) }
    }
}

impl<const MAX: usize> FromStr for Line<MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.chars().any(char::is_control) {
            return Err("must be one line, without control characters".to_owned());
        }
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MAX {
            return Err(format!("must have 1 to {MAX} characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl<const MAX: usize> FromStr for Prose<MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.chars().count() > MAX {
            return Err(format!("must have at most {MAX} characters"));
        }
        // a terminal obeys them, and a reader does not see them
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err("must not have control characters".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

macro_rules! as_text {
    ($type:ident, $least:literal) => {
        impl<const MAX: usize> TryFrom<String> for $type<MAX> {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl<const MAX: usize> From<$type<MAX>> for String {
            fn from(text: $type<MAX>) -> Self {
                text.0
            }
        }

        impl<const MAX: usize> fmt::Display for $type<MAX> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<const MAX: usize> PartialSchema for $type<MAX> {
            fn schema() -> utoipa::openapi::RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(SchemaType::Type(Type::String))
                    .min_length(Some($least))
                    .max_length(Some(MAX))
                    .into()
            }
        }

        impl<const MAX: usize> ToSchema for $type<MAX> {}
    };
}

as_text!(Line, 1);
as_text!(Prose, 0);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_short_and_one() {
        assert_eq!("  Checkout is down ".parse::<Line<20>>().unwrap().as_str(), "Checkout is down");
        assert!("éééé".parse::<Line<4>>().is_ok());
        for wrong in ["", "  ", "a\nb", "a\0", "\u{1b}[31m", "12345"] {
            assert!(wrong.parse::<Line<4>>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn prose_has_lines_and_may_be_empty() {
        assert!("a\n\tb\r\n".parse::<Prose<6>>().is_ok() && "".parse::<Prose<4>>().is_ok());
        assert!("a\0".parse::<Prose<4>>().is_err() && "12345".parse::<Prose<4>>().is_err());
        assert!(" \n".parse::<Prose<4>>().unwrap().not_blank().is_err());
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_accepted_again(text in "\\PC{0,30}|[ -~\n\t]{0,30}") {
            if let Ok(line) = text.parse::<Line<20>>() {
                prop_assert_eq!(line.as_str().parse::<Line<20>>().unwrap(), line);
            }
            if let Ok(prose) = text.parse::<Prose<20>>() {
                prop_assert_eq!(prose.as_str(), text);
            }
        }
    }
}
