//! The board in the terminal.

use std::io::Write;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use anyhow::Result;

use super::kanban::Kanban;
use super::problem::none;
use super::story::Story;

const STRONG: Style = Style::new().bold();
const SOFT: Style = Style::new().dimmed();
const MET: Style = AnsiColor::Green.on_default();
const FULL: Style = AnsiColor::Yellow.on_default();

/// Print it, in colour when a terminal shows it and `NO_COLOR` is not set.
///
/// # Errors
/// When the files cannot be read or understood: then what can be, is shown first.
pub fn run(root: &Path) -> Result<()> {
    let (kanban, problems) = Kanban::read(root)?;
    if let Some(kanban) = kanban {
        print(&mut anstream::stdout().lock(), &kanban)?;
    }
    none(&problems)
}

fn print(out: &mut impl Write, kanban: &Kanban) -> std::io::Result<()> {
    for sprint in &kanban.sprints {
        let front = &sprint.front;
        let (done, planned) = kanban.points(sprint);
        writeln!(out, "{STRONG}Sprint {}{STRONG:#}  {} → {}  {}", front.id, front.start, front.end.value, front.goal)?;
        writeln!(out, "{SOFT}{done} of {planned} points done, capacity {}{SOFT:#}", front.capacity.value)?;
        writeln!(out)?;
    }
    let width = kanban.stories.iter().map(|story| story.front.title.chars().count()).max().unwrap_or(0);
    let roles = kanban.stories.iter().map(|story| story.front.role.value.chars().count()).max().unwrap_or(0);
    for (index, column) in kanban.columns.iter().enumerate() {
        let stories: Vec<&Story> = kanban.in_column(index).collect();
        let (held, limit) = (stories.len(), column.wip.map(std::num::NonZeroUsize::get));
        let style = if limit.is_some_and(|limit| held >= limit) { FULL } else { SOFT };
        let limit = limit.map_or_else(String::new, |limit| format!(" of {limit}"));
        writeln!(out, "{STRONG}{}{STRONG:#}  {style}{held}{limit}{style:#}", column.name)?;
        for story in stories {
            card(out, story, width, roles)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn card(out: &mut impl Write, story: &Story, width: usize, roles: usize) -> std::io::Result<()> {
    let (front, met, all) = (&story.front, story.met(), story.criteria.len());
    let style = if met == all { MET } else { Style::new() };
    let points = front.estimate.map_or_else(|| "-".to_owned(), |points| points.to_string());
    write!(
        out,
        "  {:<6} {:<width$}  {SOFT}{:<roles$}  {points:>2} pts{SOFT:#}",
        story.name(),
        front.title,
        front.role.value
    )?;
    write!(out, "  {style}{met}/{all} criteria{style:#}")?;
    writeln!(out, "{}", if front.idea { "  idea" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::testing::Fixture;

    fn shown(board: &Fixture) -> String {
        let mut plain = anstream::StripStream::new(Vec::new());
        print(&mut plain, &board.load()).unwrap();
        String::from_utf8(plain.into_inner()).unwrap()
    }

    #[test]
    fn every_column_is_shown_with_its_stories_and_limit() {
        let board = Fixture::new().story(1, "Backlog", 0, 1).story(10, "Terminé", 2, 0);
        let expected = "\
Backlog  1
  US-1   Histoire 1   QA   3 pts  0/1 criteria

En cours  0 of 2

Terminé  1
  US-10  Histoire 10  QA   3 pts  2/2 criteria

";
        assert_eq!(shown(&board), expected);
    }

    #[test]
    fn a_sprint_is_shown_with_its_goal_and_points() {
        let board = Fixture::new().sprint(1, 9).story(1, "Backlog", 0, 1).edit(1, "sprint: null", "sprint: 1");
        let said = shown(&board);
        assert!(
            said.starts_with("Sprint 1  2026-11-23 → 2026-12-04  Livrer\n0 of 3 points done, capacity 9\n"),
            "{said}"
        );
    }
}
