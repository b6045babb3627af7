//! The providers to begin with: a TOML file, in the program or beside it.

use serde::Deserialize;

use crate::model::{NewProvider, ProviderInput};
use crate::settings::CatalogueSource;

/// Ours.
const BUILT_IN: &str = include_str!("../catalogue.toml");

/// Why a catalogue is refused: a sentence that names the file and the entry.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The file cannot be read.
    #[error("cannot read the catalogue {file}: {error}; --catalogue takes another, `built-in` or `none`")]
    Unreadable {
        /// Its path.
        file: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// It is not TOML of this shape.
    #[error("the catalogue is not as it should be: {0}")]
    Malformed(String),
    /// An entry is wrong.
    #[error("provider number {number} of the catalogue is wrong: {reason}")]
    Wrong {
        /// Counted from 1.
        number: usize,
        /// What is wrong with which field.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "provider")]
    providers: Vec<ProviderInput>,
}

/// The providers of a catalogue.
///
/// # Errors
/// See [`CatalogueError`].
pub fn load(source: &CatalogueSource) -> Result<Vec<NewProvider>, CatalogueError> {
    match source {
        CatalogueSource::None => Ok(Vec::new()),
        CatalogueSource::BuiltIn => parse(BUILT_IN),
        CatalogueSource::File(path) => {
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|error| CatalogueError::Unreadable { file: path.display().to_string(), error })?;
            parse(&text)
        }
    }
}

fn parse(text: &str) -> Result<Vec<NewProvider>, CatalogueError> {
    let file: File = toml::from_str(text).map_err(|error| CatalogueError::Malformed(error.to_string()))?;
    let entries = file.providers.iter().enumerate();
    // whoever writes the catalogue runs the service: where an address leads is seen when it is asked for
    let entries = entries.map(|(place, entry)| {
        entry.validate(|_| Ok(())).map_err(|error| {
            let details = error.details().iter().map(|detail| format!("{} {}", detail.field, detail.message));
            CatalogueError::Wrong { number: place + 1, reason: details.collect::<Vec<_>>().join("; ") }
        })
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_is_right_and_names_nobody_twice() {
        let providers = load(&CatalogueSource::BuiltIn).unwrap();
        let ids: std::collections::BTreeSet<&str> = providers.iter().map(|provider| provider.id.as_str()).collect();
        assert_eq!(ids.len(), providers.len());
        assert!(providers.iter().all(|provider| provider.feed_url.url().scheme() == "https"));
        assert!(ids.contains("aws") && ids.contains("github"), "{ids:?}");
    }

    #[test]
    fn a_wrong_entry_is_named() {
        let wrong = "[[provider]]\nname = 'A'\nfeed_url = 'ftp://example.org'\ntype = 'json'\n";
        let said = parse(wrong).unwrap_err().to_string();
        assert!(said.starts_with("provider number 1 of the catalogue is wrong: feed_url must be an http"), "{said}");
        assert!(parse("[[provider]]\nnmae = 'A'").unwrap_err().to_string().contains("nmae"));
        assert_eq!(parse("").unwrap(), []);
    }
}
