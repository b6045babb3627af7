//! What the page of the benchmark tells.

use super::super::figures::{Rounds, count, float, megabytes, ratio, spread, time};
use super::super::lab::Series;
use super::super::section::{Section, cost, failures, latency};
use super::super::table::Table;
use super::open::Crowd;
use super::{reads, up};

/// The first scenario.
pub fn reads(bodies: &[reads::Body]) -> Section {
    let heads =
        ["body", "server", "requests/s", "rounds", "of the limit", "p50", "p99", "CPU", "idle", "loaded", "start"];
    let mut table = Table::new(&heads);
    for body in bodies {
        let limit = body.limit.per_second();
        for series in [&body.limit, &body.ours] {
            let rate = series.per_second();
            let mut row = vec![body.what.to_owned(), series.name.clone(), count(rate.median()), spread(rate.spread())];
            row.push(ratio(rate.ratio_to(&limit)));
            row.extend(latency(series));
            row.extend(cost(series));
            table.row(row);
        }
    }
    let all: Vec<&Series> = bodies.iter().flat_map(|body| [&body.limit, &body.ours]).collect();
    let sizes: Vec<String> = bodies.iter().map(|body| count(float(body.bytes as u64))).collect();
    let text = format!(
        "The page with twenty incidents, {} bytes, and `summary.json`, {} bytes, {} connections kept alive, nothing \
         compressed, all middleware, metrics and logs as by default. A page is made once for each change. The limit is an \
         actix handler that writes the same bytes.{}",
        sizes.first().map_or("", String::as_str),
        sizes.last().map_or("", String::as_str),
        reads::CONNECTIONS,
        failures(&all)
    );
    Section { title: "Reading".to_owned(), text, table }
}

/// The second.
pub fn open(crowds: &[Crowd]) -> Section {
    let heads = ["keep it open", "pages/s", "p99", "p99, changing", "announced to seen", "memory of each"];
    let mut table = Table::new(&heads);
    let or_dash = |rounds: Option<&Rounds>, shown: fn(f64) -> String| {
        rounds.map_or_else(|| "–".to_owned(), |rounds| shown(rounds.median()))
    };
    for crowd in crowds {
        table.row(vec![
            crowd.name(),
            count(crowd.per_second.median()),
            time(crowd.quiet.median()),
            time(crowd.changing.median()),
            or_dash(crowd.seen.as_ref(), time),
            or_dash(crowd.memory.as_ref(), |bytes| format!("{:.1} kB", bytes / 1000.0)),
        ]);
    }
    let text = format!(
        "{} connections ask for the page as fast as they get it, while so many others keep it open and are told of each \
         change; first nothing changes, then there is an announcement each second. From an announcement, by the service \
         that takes it, until 99 in 100 of those who keep the page open have got it, the worst of five. The load and those \
         who keep the page open share a core.",
        reads::CONNECTIONS
    );
    Section { title: "While many keep it open".to_owned(), text, table }
}

/// The third.
pub fn up(outcome: &up::Outcome) -> Section {
    let mut table = Table::new(&["what", "median", "rounds"]);
    let mut row = |what: &str, rounds: &Rounds, shown: fn(f64) -> String| {
        table.row(vec![what.to_owned(), shown(rounds.median()), spread(rounds.spread())]);
    };
    row("`polyops up`, until all are ready", &outcome.ready, time);
    row("`polyops up --demo`, the first time", &outcome.demo, time);
    row("resident memory, all services", &outcome.idle, megabytes);
    row("resident memory, demonstration", &outcome.demo_idle, megabytes);
    row("announced to seen on an open page", &outcome.seen, time);
    let text = format!(
        "{} services in one process, on one core, SQLite and in-process events. The first start of a demonstration tells the \
         history of 90 days to the services themselves. Announced to seen: {} announcements, one after the other, to {} who \
         keep the page open; until 99 in 100 had it, the worst of a round.",
        outcome.services,
        up::ANNOUNCEMENTS,
        up::READERS
    );
    Section { title: "Everything in one process".to_owned(), text, table }
}
