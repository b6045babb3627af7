//! The picture of the page.

use super::super::figures::{Rounds, count};
use super::super::plot::{Bar, Chart, Kind, MORE, Plot};
use super::{Outcome, goals};

/// One chart for each direction.
pub fn of(outcome: &Outcome) -> Plot {
    let up = goals::lower(&outcome.written, &outcome.loopback).median() * goals::OF_LIMIT;
    let down = goals::lower(&outcome.read, &outcome.loopback).median() * goals::OF_LIMIT;
    let chart = |title: &str, bars| Chart { title: title.to_owned(), better: MORE, bars };
    Plot {
        title: "Large files and their limits".to_owned(),
        charts: vec![
            chart(
                "Up, safe on the disk: MB a second",
                vec![
                    bar("the disk alone", &outcome.written, Kind::Limit, None),
                    bar("the loopback", &outcome.loopback, Kind::Limit, None),
                    bar("uploads", &outcome.up, Kind::Ours, Some(up)),
                ],
            ),
            chart(
                "Down: MB a second",
                vec![
                    bar("the page cache alone", &outcome.read, Kind::Limit, None),
                    bar("the loopback", &outcome.loopback, Kind::Limit, None),
                    bar("downloads", &outcome.down, Kind::Ours, Some(down)),
                ],
            ),
        ],
    }
}

fn bar(name: &str, rates: &Rounds, kind: Kind, goal: Option<f64>) -> Bar {
    let figure = rates.median();
    Bar { name: name.to_owned(), figure, label: count(figure), kind, goal }
}
