//! The writes as bars.

use super::super::figures::count;
use super::super::plot::{Bar, Chart, Kind, MORE, Plot};
use super::goals;
use super::writes::{Outcome, Rates};

/// One chart for each storage.
pub fn of(outcome: &Outcome) -> Plot {
    let disk = outcome.disk.per_second.median();
    let [one, many] = &outcome.sqlite;
    let sqlite = vec![
        bar(&outcome.disk, Kind::Limit, None),
        bar(one, Kind::Ours, Some(goals::SQLITE * disk)),
        bar(many, Kind::Ours, Some(goals::SQLITE_MANY * disk)),
    ];
    let redis = outcome.limit.iter().zip(&outcome.redis).flat_map(|(limit, ours)| {
        let goal = goals::REDIS * limit.per_second.median();
        [bar(limit, Kind::Limit, None), bar(ours, Kind::Ours, Some(goal))]
    });
    let chart = |title: &str, bars| Chart { title: title.to_owned(), better: MORE, bars };
    Plot {
        title: "The store's writes and their limits".to_owned(),
        charts: vec![
            chart("SQLite, safe on the disk: writes a second", sqlite),
            chart("Redis, safe on the disk: writes a second", redis.collect()),
        ],
    }
}

fn bar(rates: &Rates, kind: Kind, goal: Option<f64>) -> Bar {
    let figure = rates.per_second.median();
    Bar { name: rates.name.clone(), figure, label: count(figure), kind, goal }
}
