//! Writing the board down: the page that GitHub shows, and the cumulative flow diagram.

use std::path::Path;

use anyhow::{Context, Result};
use jiff::Timestamp;

use super::diagram::Diagram;
use super::flow;
use super::history::{self, History};
use super::kanban::Kanban;
use super::readme;

/// The page, from the workspace's root.
pub const README: &str = "kanban/README.md";
const DIAGRAM: &str = "kanban/cumulative-flow.svg";

/// Write both. Without the whole history the diagram is left as it is.
///
/// # Errors
/// When the stories cannot be read, or the files not written.
pub fn run(root: &Path, now: Timestamp) -> Result<()> {
    let kanban = Kanban::load(root)?;
    write_readme(root, &kanban)?;
    println!("wrote {README}");
    let changes = match history::read(root)? {
        History::Whole(changes) => changes,
        History::Missing(why) if root.join(DIAGRAM).exists() => {
            println!("left {DIAGRAM} as it was: {why}");
            return Ok(());
        }
        History::Missing(why) => {
            println!("{DIAGRAM} shows today only: {why}");
            Vec::new()
        }
    };
    let points = flow::points(&kanban, &changes, now.as_second());
    write(root, DIAGRAM, &Diagram::new(&kanban.columns, &points).to_string())?;
    println!("wrote {DIAGRAM}");
    Ok(())
}

/// Write the page alone.
///
/// # Errors
/// When it cannot be written.
pub fn write_readme(root: &Path, kanban: &Kanban) -> Result<()> {
    write(root, README, &readme::markdown(kanban))
}

/// The first line, from 1, in which the page differs from what the stories say; none when it is as it should be.
///
/// # Errors
/// When the page is there and cannot be read.
pub fn first_difference(root: &Path, kanban: &Kanban) -> Result<Option<usize>> {
    let path = root.join(README);
    let found =
        if path.exists() { std::fs::read_to_string(path).context("cannot read the page")? } else { String::new() };
    let expected = readme::markdown(kanban);
    // by lines, so that a checkout with Windows line ends is no difference
    if found.lines().eq(expected.lines()) {
        return Ok(None);
    }
    let same = found.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
    Ok(Some(same + 1))
}

fn write(root: &Path, file: &str, text: &str) -> Result<()> {
    std::fs::write(root.join(file), text).with_context(|| format!("cannot write {file}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::testing::{Fixture, story_file};

    #[test]
    fn rendering_twice_gives_the_same_files() {
        let board = Fixture::new().story(1, "Backlog", 0, 1);
        let both = || (board.read(README), board.read(DIAGRAM));
        run(board.root(), Timestamp::UNIX_EPOCH).unwrap();
        let first = both();
        run(board.root(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(both(), first);
    }

    #[test]
    fn a_tree_without_git_keeps_the_diagram_that_it_came_with() {
        let board = Fixture::new().story(1, "Backlog", 0, 1).write(DIAGRAM, "from elsewhere");
        run(board.root(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(board.read(DIAGRAM), "from elsewhere");
    }

    #[test]
    fn a_difference_is_found_on_its_line() {
        let board = Fixture::new().story(1, "Backlog", 0, 1);
        let kanban = board.load();
        write_readme(board.root(), &kanban).unwrap();
        assert_eq!(first_difference(board.root(), &kanban).unwrap(), None);
        let page = board.read(README);
        let line = 1 + page.lines().position(|line| line.contains("Histoire 1")).unwrap();
        let board = board.write(README, &page.replacen("Histoire 1", "Histoire", 1));
        assert_eq!(first_difference(board.root(), &kanban).unwrap(), Some(line));
        let board = board.write(README, &page.replace('\n', "\r\n"));
        assert_eq!(first_difference(board.root(), &kanban).unwrap(), None);
        assert!(board.read(&story_file(1)).contains("Histoire 1"));
    }
}
