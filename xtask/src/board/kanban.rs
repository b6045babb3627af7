//! The board as the files tell it.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::columns::Columns;
use super::problem::{self, Problem};
use super::sprint::Sprint;
use super::story::Story;

/// Where the stories lie, from the workspace's root.
pub const STORIES: &str = "kanban/stories";
const SPRINTS: &str = "kanban/sprints";

/// Columns, stories and sprints.
#[derive(Debug)]
pub struct Kanban {
    pub columns: Columns,
    /// By id.
    pub stories: Vec<Story>,
    /// By id.
    pub sprints: Vec<Sprint>,
}

impl Kanban {
    /// Read the files; those that cannot be understood become problems. Without columns there is no board.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn read(root: &Path) -> Result<(Option<Self>, Vec<Problem>)> {
        let columns = match Columns::read(root)? {
            Ok(columns) => columns,
            Err(problem) => return Ok((None, vec![problem])),
        };
        let mut problems = Vec::new();
        let mut stories = Vec::new();
        for (file, text) in markdown_files(root, STORIES)? {
            Story::parse(file, text).map_or_else(|problem| problems.push(problem), |story| stories.push(story));
        }
        let mut sprints = Vec::new();
        for (file, text) in markdown_files(root, SPRINTS)? {
            Sprint::parse(file, &text).map_or_else(|problem| problems.push(problem), |sprint| sprints.push(sprint));
        }
        stories.sort_by_key(Story::id);
        sprints.sort_by_key(|sprint: &Sprint| sprint.front.id);
        Ok((Some(Self { columns, stories, sprints }), problems))
    }

    /// Read the files, all of which must be understood.
    ///
    /// # Errors
    /// When one cannot be read or understood.
    pub fn load(root: &Path) -> Result<Self> {
        let (kanban, problems) = Self::read(root)?;
        problem::none(&problems)?;
        kanban.context("the board has no columns")
    }

    /// The story that people call `3`, `US-3` or `us-3`.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn story(&self, name: &str) -> Result<&Story> {
        let number = name.get(..3).filter(|start| start.eq_ignore_ascii_case("us-")).map_or(name, |_| &name[3..]);
        let mut found = self.stories.iter().filter(|story| story.id().to_string() == number);
        match (found.next(), found.next()) {
            (Some(story), None) => Ok(story),
            (Some(_), Some(_)) => bail!("more than one story has the id {number}: run `cargo xtask board check`"),
            (None, _) => {
                let names: Vec<String> = self.stories.iter().map(Story::name).collect();
                bail!("no story is called {name:?}: choose one of {}", names.join(", "))
            }
        }
    }

    /// The stories of the column at `index`, by id.
    pub fn in_column(&self, index: usize) -> impl Iterator<Item = &Story> {
        let name = self.columns.get(index).name.as_str();
        self.stories.iter().filter(move |story| story.column() == name)
    }

    /// The points of a sprint's stories: those done, and all.
    pub fn points(&self, sprint: &Sprint) -> (u32, u32) {
        let done = &self.columns.get(self.columns.done()).name;
        let of = |story: &&Story| story.front.estimate.unwrap_or(0);
        let planned = || {
            self.stories.iter().filter(|story| story.front.sprint.as_ref().is_some_and(|s| s.value == sprint.front.id))
        };
        (
            planned().filter(|story| story.column() == done).map(|story| of(&story)).sum(),
            planned().map(|s| of(&s)).sum(),
        )
    }
}

/// The Markdown files of a folder with their text, by name; none when the folder is not there.
fn markdown_files(root: &Path, folder: &str) -> Result<Vec<(String, String)>> {
    let mut names = Vec::new();
    let path = root.join(folder);
    if path.is_dir() {
        for entry in path.read_dir().with_context(|| format!("cannot list {folder}"))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.strip_suffix(".md").is_some_and(|stem| stem != "README") {
                names.push(name);
            }
        }
    }
    names.sort();
    let read = |name: String| {
        let file = format!("{folder}/{name}");
        let text = std::fs::read_to_string(root.join(&file)).with_context(|| format!("cannot read {file}"))?;
        Ok((file, text))
    };
    names.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use crate::board::testing::Fixture;

    #[test]
    fn a_story_is_found_by_its_number_and_by_its_name() {
        let board = Fixture::new().story(3, "En cours", 0, 1).load();
        for name in ["3", "US-3", "us-3"] {
            assert_eq!(board.story(name).unwrap().id(), 3, "{name}");
        }
    }

    #[test]
    fn an_unknown_story_is_refused_with_the_known_ones() {
        let board = Fixture::new().story(3, "En cours", 0, 1).load();
        for name in ["4", "US-", "é", "03"] {
            let said = board.story(name).unwrap_err().to_string();
            assert!(said.contains("choose one of US-3"), "{said}");
        }
    }

    #[test]
    fn a_sprint_counts_its_stories_points() {
        let board = Fixture::new().sprint(1, 10).story(1, "En cours", 0, 1).story(2, "Terminé", 1, 1);
        let board = board.edit(1, "sprint: null", "sprint: 1").edit(2, "sprint: null", "sprint: 1").load();
        assert_eq!(board.points(&board.sprints[0]), (3, 6));
    }
}
