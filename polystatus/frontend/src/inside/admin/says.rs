//! How the words of a page are written down: each sentence in both languages, side by side.

/// The words of a page: a name, and the sentence in English and in French. One that is missing does not compile. Where something
/// goes into it, it says `{}`, and [`fill`] puts it there.
macro_rules! says {
    ($($name:ident: $english:literal, $french:literal;)+) => {
        /// What the page says.
        pub(super) struct Says {
            $(pub $name: &'static str,)+
        }

        impl Says {
            /// In this language.
            pub const fn of(lang: crate::texts::Lang) -> &'static Self {
                match lang {
                    crate::texts::Lang::En => &Self { $($name: $english,)+ },
                    crate::texts::Lang::Fr => &Self { $($name: $french,)+ },
                }
            }
        }
    };
}

pub(super) use says;

/// A sentence with these in the places of its `{}`, from left to right.
pub(super) fn fill(sentence: &str, with: &[&str]) -> String {
    let mut pieces = sentence.split("{}");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for (place, piece) in pieces.enumerate() {
        filled.push_str(with.get(place).copied().unwrap_or_default());
        filled.push_str(piece);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_not_filled_itself() {
        assert_eq!(fill("“{}” is “{}”.", &["{}", "on"]), "“{}” is “on”.");
        assert_eq!(fill("{} and {}", &["one"]), "one and ");
    }
}
