//! A user story: its front matter, its sentence, its acceptance criteria.

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::front_matter;
use super::markdown::{self, Paragraph, Task};
use super::problem::{Problem, line_at};
use super::sentence;

/// What stands between the two `---` of a story. A field that is not listed here is refused, so that a misspelt one
/// does not go unnoticed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontMatter {
    /// The story's number: `US-1` has the id 1.
    pub id: Spanned<u32>,
    pub title: String,
    /// The title for readers of English.
    pub title_en: Option<String>,
    /// The column's name, as `board.toml` spells it.
    pub column: Spanned<String>,
    /// Who wants it: the role of the sentence.
    pub role: Spanned<String>,
    pub priority: Priority,
    /// Story points: the effort next to the other stories, not hours.
    pub estimate: Option<u32>,
    /// The id of the sprint that took it on.
    pub sprint: Option<Spanned<u32>>,
    /// Something to begin with, not yet decided upon.
    #[serde(default)]
    pub idea: bool,
    /// The number of the issue where it is discussed.
    pub issue: Option<u64>,
    /// The branch where it is worked on.
    pub branch: Option<String>,
    /// The number of its pull request.
    pub pull_request: Option<u64>,
}

/// How much it is needed, by the four words of the `MoSCoW` method.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    Must,
    Should,
    Could,
    Wont,
}

impl Priority {
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Could => "could",
            Self::Wont => "wont",
        }
    }
}

/// A story and the file that tells it.
#[derive(Debug)]
pub struct Story {
    /// The file, from the workspace's root.
    pub file: String,
    /// The whole file.
    pub text: String,
    /// The line on which the Markdown begins.
    pub body_line: usize,
    pub front: FrontMatter,
    /// The paragraph that begins with `En tant que`.
    pub sentence: Option<Paragraph>,
    /// Its acceptance criteria: every box of the file.
    pub criteria: Vec<Task>,
}

impl Story {
    /// # Errors
    /// When the front matter is not a story's.
    pub fn parse(file: String, text: String) -> Result<Self, Problem> {
        let (front, body) = front_matter::read::<FrontMatter>(&file, &text)?;
        let outline = markdown::outline(&text, body);
        let sentence = outline.paragraphs.into_iter().find(|paragraph| paragraph.text.starts_with(sentence::OPENING));
        let body_line = line_at(&text, body);
        Ok(Self { file, body_line, front, sentence, criteria: outline.tasks, text })
    }

    pub fn id(&self) -> u32 {
        self.front.id.value
    }

    /// How people call it: `US-1`.
    pub fn name(&self) -> String {
        format!("US-{}", self.id())
    }

    pub fn column(&self) -> &str {
        &self.front.column.value
    }

    /// How many criteria are met.
    pub fn met(&self) -> usize {
        self.criteria.iter().filter(|criterion| criterion.done).count()
    }

    /// The first criterion that is not met.
    pub fn unmet(&self) -> Option<&Task> {
        self.criteria.iter().find(|criterion| !criterion.done)
    }

    /// The file's name, as `kanban/README.md` links to it.
    pub fn link(&self) -> &str {
        self.file.strip_prefix("kanban/").unwrap_or(&self.file)
    }
}

/// The line of the file on which a field's value stands.
pub fn line_of<T>(field: &Spanned<T>) -> usize {
    usize::try_from(field.referenced.line()).unwrap_or(1)
}
