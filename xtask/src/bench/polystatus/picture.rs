//! The picture: which figures become bars.

use super::super::figures::{Rounds, count, time};
use super::super::lab::Series;
use super::super::plot::{Bar, Chart, Kind, LESS, MORE, Plot, bar};
use super::{Outcome, goals, login, reads, writes};

/// Reads, writes and logins, as far as they were measured.
pub fn of(outcome: &Outcome) -> Plot {
    let mut charts = vec![];
    charts.extend(outcome.reads.iter().flatten().map(speed_of_reads));
    charts.extend(outcome.writes.iter().flatten().map(speed_of_writes));
    charts.extend(outcome.login.as_ref().map(waiting));
    Plot { title: "PolyStatus beside its limits".to_owned(), charts }
}

fn speed_of_reads(body: &reads::Body) -> Chart {
    let goal = goals::READ * body.limit.per_second().median();
    let bar = |series: &Series, kind, goal| bar(series, Series::per_second, count, kind, goal);
    let bars = vec![
        bar(&body.limit, Kind::Limit, None),
        bar(&body.sqlite, Kind::Ours, Some(goal)),
        bar(&body.redis, Kind::Ours, Some(goal)),
    ];
    Chart { title: format!("Reading {}: requests a second", body.what), better: MORE, bars }
}

fn speed_of_writes(storage: &writes::Storage) -> Chart {
    let mut bars = vec![];
    for (place, writers) in writes::WRITERS.into_iter().enumerate() {
        let limit = &storage.limit[place];
        bars.push(figure(&format!("{}, {writers}", storage.limit_name), limit, count, Kind::Limit));
        let share = if storage.name == "Redis" { goals::ON_REDIS } else { goals::ON_SQLITE[place] };
        bars.push(bar(&storage.ours[place], Series::per_second, count, Kind::Ours, Some(share * limit.median())));
    }
    Chart { title: format!("Opening incidents on {}: writes a second", storage.name), better: MORE, bars }
}

fn waiting(login: &login::Outcome) -> Chart {
    let quiet = figure("nobody logs in", &login.quiet, time, Kind::Limit);
    let mut flooded = figure("64 clients log in without a pause", &login.flooded, time, Kind::Ours);
    flooded.goal = Some(goals::FLOODED * login.quiet.median());
    Chart { title: "p99 of everybody else's answers".to_owned(), better: LESS, bars: vec![quiet, flooded] }
}

fn figure(name: &str, rounds: &Rounds, label: fn(f64) -> String, kind: Kind) -> Bar {
    let figure = rounds.median();
    Bar { name: name.to_owned(), figure, label: label(figure), kind, goal: None }
}
