//! A card moves: one word of the story's front matter changes, and nothing else.

use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;

use super::kanban::Kanban;
use super::render;
use super::story::Story;

/// What to move, and where to.
#[derive(clap::Args)]
pub struct Args {
    /// The story: 3 or US-3
    story: String,
    /// The column, with or without accents and capitals: a-faire, en-cours, review, termine
    column: String,
}

/// Move a story, then render the board.
///
/// # Errors
/// When there is no such story or column, or a rule of the board forbids it.
pub fn run(root: &Path, args: &Args, now: Timestamp) -> Result<()> {
    let kanban = Kanban::load(root)?;
    let story = kanban.story(&args.story)?;
    let Some(target) = kanban.columns.find(&args.column) else {
        bail!("no column is called {:?}: choose one of {}", args.column, kanban.columns.names());
    };
    let name = &kanban.columns.get(target).name;
    if story.column() == name {
        println!("{} is in {name} already.", story.name());
        return Ok(());
    }
    allowed(&kanban, story, target)?;
    let text = in_column(story, name)?;
    std::fs::write(root.join(&story.file), text).with_context(|| format!("cannot write {}", story.file))?;
    println!("{}: {} → {name}", story.name(), story.column());
    render::run(root, now)
}

fn allowed(kanban: &Kanban, story: &Story, target: usize) -> Result<()> {
    let column = kanban.columns.get(target);
    let held: Vec<String> = kanban.in_column(target).map(Story::name).collect();
    if let Some(limit) = column.wip.filter(|limit| held.len() >= limit.get()) {
        bail!(
            "{} holds {} and its limit is {limit}: help to finish one of them before {} goes there",
            column.name,
            held.join(", "),
            story.name()
        );
    }
    if story.front.idea {
        bail!("{} is an idea: take `idea: true` out of {} once the team wants it", story.name(), story.file);
    }
    if target != kanban.columns.done() {
        return Ok(());
    }
    if story.criteria.is_empty() {
        bail!("{} has no acceptance criterion, so nobody can tell that it is done: add them", story.name());
    }
    if let Some(open) = story.unmet() {
        let (file, line) = (&story.file, open.line);
        bail!("{} is not done: {file}:{line} is not met (“{}”). Tick it when it is", story.name(), open.text);
    }
    Ok(())
}

/// The story's file with another column, every other byte as it was.
fn in_column(story: &Story, name: &str) -> Result<String> {
    let span = story.front.column.referenced.span();
    let place = span.byte_offset().zip(span.byte_len());
    let (start, length) = place.context("cannot tell where the column is written")?;
    let start = usize::try_from(start)?;
    let end = start + usize::try_from(length)?;
    let mut text = story.text.clone();
    text.replace_range(start..end, name);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::testing::{Fixture, story_file};

    fn move_to(board: &Fixture, story: &str, column: &str) -> Result<()> {
        let args = Args { story: story.into(), column: column.into() };
        run(board.root(), &args, Timestamp::UNIX_EPOCH)
    }

    #[track_caller]
    fn refused(board: &Fixture, story: &str, column: &str) -> String {
        let before = board.read(&story_file(1));
        let said = move_to(board, story, column).unwrap_err().to_string();
        assert_eq!(board.read(&story_file(1)), before, "a refused move changes nothing");
        said
    }

    #[test]
    fn a_move_changes_the_column_and_no_other_byte() {
        for (written, moved) in [
            ("column: Backlog\n", "column: En cours\n"),
            ("column:   \"Backlog\"   # why: éàü\n", "column:   En cours   # why: éàü\n"),
            ("column: 'Backlog'\r\n", "column: En cours\r\n"),
        ] {
            let board = Fixture::new().story(1, "Backlog", 1, 1).edit(1, "title:", "title_en: Ünïcode €\ntitle:");
            let board = board.edit(1, "column: Backlog\n", written).edit(1, "- [x]", "*  [x]  \t");
            let before = board.read(&story_file(1));
            move_to(&board, "US-1", "en-cours").unwrap();
            assert_eq!(board.read(&story_file(1)), before.replace(written, moved));
        }
    }

    #[test]
    fn a_move_renders_the_board() {
        let board = Fixture::new().story(1, "Backlog", 1, 0);
        move_to(&board, "1", "termine").unwrap();
        assert_eq!(crate::board::check::problems(board.root()).unwrap(), []);
        assert!(board.path("kanban/cumulative-flow.svg").exists());
    }

    #[test]
    fn a_full_column_refuses_another_story() {
        let board = Fixture::new().story(1, "Backlog", 0, 1).story(2, "En cours", 0, 1).story(3, "En cours", 0, 1);
        let said = refused(&board, "1", "en cours");
        assert!(said.contains("holds US-2, US-3 and its limit is 2"), "{said}");
    }

    #[test]
    fn done_refuses_a_story_with_an_unmet_criterion() {
        let said = refused(&Fixture::new().story(1, "En cours", 2, 1), "1", "terminé");
        assert!(said.contains("kanban/stories/01.md:16 is not met (“unmet 0”)"), "{said}");
    }

    #[test]
    fn done_refuses_a_story_without_criteria() {
        let said = refused(&Fixture::new().story(1, "En cours", 0, 0), "1", "terminé");
        assert!(said.contains("no acceptance criterion"), "{said}");
    }

    #[test]
    fn an_idea_does_not_move() {
        let board = Fixture::new().story(1, "Backlog", 0, 1).edit(1, "sprint: null", "idea: true");
        assert!(refused(&board, "1", "en cours").contains("is an idea"));
    }

    #[test]
    fn an_unknown_column_is_refused_with_the_known_ones() {
        let said = refused(&Fixture::new().story(1, "Backlog", 0, 1), "1", "doing");
        assert!(said.contains("choose one of Backlog, En cours, Terminé"), "{said}");
    }

    #[test]
    fn a_story_may_stay_where_it_is_even_in_a_full_column() {
        let board = Fixture::new().story(1, "En cours", 0, 1).story(2, "En cours", 0, 1);
        move_to(&board, "1", "En cours").unwrap();
    }
}
