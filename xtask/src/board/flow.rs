//! The cumulative flow: how many stories stood in each column, at each time at which that changed.

use std::collections::HashMap;

use super::history::Change;
use super::kanban::Kanban;
use super::story::Story;

/// The board at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Unix seconds.
    pub at: i64,
    /// Stories per column, from left to right.
    pub counts: Vec<u32>,
}

/// The points from the first commit to the files as they are `now`, oldest first; at least one.
///
/// A column of the past that the board no longer has is not counted: nobody could say which band it belongs to.
pub fn points(kanban: &Kanban, changes: &[Change], now: i64) -> Vec<Point> {
    let mut stands: HashMap<&str, &str> = HashMap::new();
    let mut points: Vec<Point> = Vec::new();
    for change in changes {
        match &change.column {
            Some(column) => stands.insert(&change.file, column),
            None => stands.remove(change.file.as_str()),
        };
        // clocks differ between authors: time never runs backwards here
        let at = points.last().map_or(change.at, |last| last.at.max(change.at));
        push(&mut points, Point { at, counts: counts(kanban, stands.values().copied()) });
    }
    // what is not committed yet
    let at = points.last().map_or(now, |last| last.at.max(now));
    push(&mut points, Point { at, counts: counts(kanban, kanban.stories.iter().map(Story::column)) });
    points
}

fn counts<'a>(kanban: &Kanban, columns: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let mut counts = vec![0; kanban.columns.iter().len()];
    for index in columns.filter_map(|name| kanban.columns.find(name)) {
        counts[index] += 1;
    }
    counts
}

/// Add a point, unless nothing moved; what happens at one time is one point.
fn push(points: &mut Vec<Point>, point: Point) {
    if points.last().is_some_and(|last| last.at == point.at) {
        points.pop();
    }
    if points.last().is_none_or(|last| last.counts != point.counts) {
        points.push(point);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::testing::{Fixture, story_file};

    fn change(at: i64, id: u32, column: Option<&str>) -> Change {
        Change { at, file: story_file(id), column: column.map(str::to_owned) }
    }

    fn seen(board: &Fixture, changes: &[Change]) -> Vec<(i64, Vec<u32>)> {
        points(&board.load(), changes, 900).into_iter().map(|point| (point.at, point.counts)).collect()
    }

    #[test]
    fn stories_flow_from_column_to_column() {
        let board = Fixture::new().story(1, "Terminé", 1, 0);
        let changes = [
            change(100, 1, Some("Backlog")),
            change(100, 2, Some("Backlog")),
            change(200, 1, Some("En cours")),
            change(250, 1, Some("En cours")),
            change(300, 2, None),
            change(400, 1, Some("Terminé")),
        ];
        let expected = [(100, vec![2, 0, 0]), (200, vec![1, 1, 0]), (300, vec![0, 1, 0]), (400, vec![0, 0, 1])];
        assert_eq!(seen(&board, &changes), expected);
    }

    #[test]
    fn a_move_that_is_not_committed_yet_is_the_last_point() {
        let board = Fixture::new().story(1, "En cours", 1, 0);
        assert_eq!(seen(&board, &[change(100, 1, Some("Backlog"))]), [(100, vec![1, 0, 0]), (900, vec![0, 1, 0])]);
    }

    #[test]
    fn without_a_history_there_is_today() {
        assert_eq!(seen(&Fixture::new().story(1, "En cours", 1, 0), &[]), [(900, vec![0, 1, 0])]);
        assert_eq!(seen(&Fixture::new(), &[]), [(900, vec![0, 0, 0])]);
    }

    #[test]
    fn time_never_runs_backwards() {
        let board = Fixture::new().story(1, "En cours", 1, 0);
        let changes = [change(2_000, 1, Some("Backlog")), change(1_000, 1, Some("En cours"))];
        assert_eq!(seen(&board, &changes), [(2_000, vec![0, 1, 0])]);
    }

    #[test]
    fn a_column_that_is_gone_is_not_counted_and_one_spelt_otherwise_is() {
        let board = Fixture::new().story(1, "En cours", 1, 0);
        let changes = [change(100, 1, Some("Doing")), change(200, 1, Some("en cours"))];
        assert_eq!(seen(&board, &changes), [(100, vec![0, 0, 0]), (200, vec![0, 1, 0])]);
    }
}
