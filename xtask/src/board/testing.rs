//! A board in a folder of its own, for tests.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::kanban::Kanban;
use super::problem::Problem;
use super::{check, render};

pub const COLUMNS: &str = "\
[[column]]
name = \"Backlog\"
english = \"Backlog\"

[[column]]
name = \"En cours\"
english = \"In progress\"
wip = 2

[[column]]
name = \"Terminé\"
english = \"Done\"
";

/// A workspace with a board and nothing else.
pub struct Fixture {
    folder: TempDir,
}

impl Fixture {
    pub fn new() -> Self {
        let fixture = Self { folder: tempfile::tempdir().unwrap() };
        fixture.write("kanban/board.toml", COLUMNS)
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(self, file: &str, text: &str) -> Self {
        let path = self.root().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// A story that keeps every rule, with `met` criteria that are met and `unmet` ones that are not.
    pub fn story(self, id: u32, column: &str, met: usize, unmet: usize) -> Self {
        let mut text = format!(
            "---\nid: {id}\ntitle: Histoire {id}\ncolumn: {column}\nrole: QA\npriority: must\nestimate: 3\nsprint: null\n---\n\
             # US-{id}\n\nEn tant que QA, je veux l'histoire {id} afin de valider.\n\n"
        );
        for number in 0..met {
            writeln!(text, "- [x] met {number}").unwrap();
        }
        for number in 0..unmet {
            writeln!(text, "- [ ] unmet {number}").unwrap();
        }
        self.write(&story_file(id), &text)
    }

    pub fn sprint(self, id: u32, capacity: u32) -> Self {
        let text = format!(
            "---\nid: {id}\ngoal: Livrer\nstart: 2026-11-23\nend: 2026-12-04\ncapacity: {capacity}\n---\n# Sprint\n"
        );
        self.write(&format!("kanban/sprints/{id:02}.md"), &text)
    }

    /// Change the file of a story.
    pub fn edit(self, id: u32, from: &str, to: &str) -> Self {
        let file = story_file(id);
        let text = self.read(&file);
        assert!(text.contains(from), "{from:?} is not in {text:?}");
        self.write(&file, &text.replacen(from, to, 1))
    }

    pub fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.root().join(file)
    }

    pub fn load(&self) -> Kanban {
        Kanban::load(self.root()).unwrap()
    }

    /// What `check` finds, after the board was rendered.
    pub fn problems(&self) -> Vec<Problem> {
        if let (Some(kanban), _) = Kanban::read(self.root()).unwrap() {
            render::write_readme(self.root(), &kanban).unwrap();
        }
        check::problems(self.root()).unwrap()
    }

    /// The one thing that `check` finds.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        let problems = self.problems();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.into_iter().next().unwrap()
    }
}

/// Where the story with that id lies.
pub fn story_file(id: u32) -> String {
    format!("kanban/stories/{id:02}.md")
}
