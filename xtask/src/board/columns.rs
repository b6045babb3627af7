//! The columns of the board, from `kanban/board.toml`.

use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use toml::Spanned;

use super::problem::{Problem, line_at};

/// Where the columns are described, from the workspace's root.
pub const FILE: &str = "kanban/board.toml";

/// A column of the board.
#[derive(Debug, Clone)]
pub struct Column {
    /// As the stories name it.
    pub name: String,
    /// For readers of English.
    pub english: String,
    /// How many stories it may hold at once (WIP limit: work in progress); none when it may hold any number.
    pub wip: Option<NonZeroUsize>,
    /// Where `board.toml` describes it.
    pub line: usize,
}

/// The columns from left to right. The first takes what is new, the last what is done.
#[derive(Debug, Clone)]
pub struct Columns(Vec<Column>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    column: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    english: String,
    wip: Option<NonZeroUsize>,
}

impl Columns {
    /// Read them; what is wrong in the file is the problem that comes instead.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn read(root: &Path) -> Result<Result<Self, Problem>> {
        let text = std::fs::read_to_string(root.join(FILE)).with_context(|| format!("cannot read {FILE}"))?;
        Ok(Self::parse(&text))
    }

    fn parse(text: &str) -> Result<Self, Problem> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_at(text, span.start));
            Problem::new(FILE, line, format!("{}: put that right", error.message()))
        })?;
        let mut columns: Vec<Column> = Vec::new();
        for entry in file.column {
            let line = line_at(text, entry.span().start);
            let Entry { name, english, wip } = entry.into_inner();
            if let Some(same) = columns.iter().find(|column| fold(&column.name) == fold(&name)) {
                let first = &same.name;
                return Err(Problem::new(FILE, line, format!("{name:?} and {first:?} are one name: give it another")));
            }
            columns.push(Column { name, english, wip, line });
        }
        if columns.len() < 2 {
            return Err(Problem::new(FILE, 1, "a board needs two columns or more: add a [[column]]"));
        }
        Ok(Self(columns))
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Column> {
        self.0.iter()
    }

    pub fn get(&self, index: usize) -> &Column {
        &self.0[index]
    }

    /// The place of the column that `text` names, whatever its case, accents and spaces: `a-faire` is `À faire`.
    pub fn find(&self, text: &str) -> Option<usize> {
        let wanted = fold(text);
        self.0.iter().position(|column| fold(&column.name) == wanted)
    }

    /// The place of the column that stories spell exactly so.
    pub fn exact(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|column| column.name == name)
    }

    /// The place of the last column, where a story is done.
    pub fn done(&self) -> usize {
        self.0.len() - 1
    }

    /// All names, for messages.
    pub fn names(&self) -> String {
        self.0.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// What a person means, however they type it: without case, accents and what separates words.
fn fold(text: &str) -> String {
    without_accents(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Lower case, without accents. Only the letters of French are mapped: a crate with the tables of all of Unicode would
/// be a lot for five names.
pub fn without_accents(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'â' | 'ä' => plain.push('a'),
            'ç' => plain.push('c'),
            'é' | 'è' | 'ê' | 'ë' => plain.push('e'),
            'î' | 'ï' => plain.push('i'),
            'ô' | 'ö' => plain.push('o'),
            'ù' | 'û' | 'ü' => plain.push('u'),
            'œ' => plain.push_str("oe"),
            // what is left of an accent that was typed apart from its letter, as macOS does in file names
            '\u{300}'..='\u{36f}' => {}
            letter => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    const TWO: &str = "[[column]]\nname = \"À faire\"\nenglish = \"To do\"\n\n[[column]]\nname = \"Terminé\"\nenglish = \"Done\"\nwip = 3\n";

    #[test]
    fn our_board_has_the_five_columns_of_the_course() {
        let columns = Columns::read(workspace::root()).unwrap().unwrap();
        assert_eq!(columns.names(), "Backlog, À faire, En cours, Review, Terminé");
    }

    #[test]
    fn a_column_is_found_without_its_accents_case_and_spaces() {
        let columns = Columns::parse(TWO).unwrap();
        for spelled in ["À faire", "a-faire", "A_FAIRE", "afaire", "A\u{300} faire"] {
            assert_eq!(columns.find(spelled), Some(0), "{spelled}");
        }
        assert_eq!(columns.find("termine"), Some(1));
        assert_eq!(columns.find("faire"), None);
        assert_eq!(columns.exact("a faire"), None);
    }

    #[test]
    fn a_column_knows_its_limit_and_its_line() {
        let columns = Columns::parse(TWO).unwrap();
        assert_eq!(columns.get(0).wip, None);
        assert_eq!(columns.get(1).wip.map(NonZeroUsize::get), Some(3));
        assert_eq!((columns.get(0).line, columns.get(1).line), (1, 5));
    }

    #[test]
    fn a_limit_of_zero_is_refused_on_its_line() {
        let problem = Columns::parse(&TWO.replace("wip = 3", "wip = 0")).unwrap_err();
        assert_eq!(problem.line, 8, "{problem}");
    }

    #[test]
    fn a_misspelt_setting_is_refused_on_its_line() {
        let problem = Columns::parse(&TWO.replace("wip", "wpi")).unwrap_err();
        assert_eq!(problem.line, 8, "{problem}");
        assert!(problem.message.contains("wpi"), "{problem}");
    }

    #[test]
    fn two_columns_that_read_alike_are_refused() {
        let problem = Columns::parse(&TWO.replace("Terminé", "a faire")).unwrap_err();
        assert_eq!(problem.line, 5, "{problem}");
    }

    #[test]
    fn one_column_is_no_board() {
        let problem = Columns::parse("[[column]]\nname = \"A\"\nenglish = \"A\"\n").unwrap_err();
        assert!(problem.message.contains("two columns"), "{problem}");
    }
}
