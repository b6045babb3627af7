//! What the page tells of each scenario.

use super::super::figures::{count, float, ratio, spread};
use super::super::lab::Series;
use super::super::section::{Section, cost, failures, latency};
use super::super::table::Table;
use super::{list, page, writes};

/// Ours against the limit and the peers.
pub fn list(outcome: &list::Outcome) -> Section {
    let heads = [
        "server",
        "requests/s",
        "rounds",
        "of the limit",
        "× gunicorn",
        "p50",
        "p99",
        "CPU",
        "idle",
        "loaded",
        "start",
    ];
    let mut table = Table::new(&heads);
    let limit = outcome.limit.per_second();
    let gunicorn = outcome.gunicorn().map(Series::per_second);
    for series in [&outcome.limit, &outcome.ours].into_iter().chain(&outcome.peers) {
        let rate = series.per_second();
        let times = gunicorn.as_ref().map_or_else(String::new, |gunicorn| ratio(rate.ratio_to(gunicorn)));
        let mut row = vec![series.name.clone(), count(rate.median()), spread(rate.spread())];
        row.extend([ratio(rate.ratio_to(&limit)), times]);
        row.extend(latency(series));
        row.extend(cost(series));
        table.row(row);
    }
    Section {
        title: "The list of two servers".to_owned(),
        text: format!(
            "`GET {}`, {} connections kept alive: the course's two servers. Ours runs as it does by default: SQLite \
             file, all middleware, metrics and logs. The limit is an actix handler without any of it that writes the \
             same bytes. Flask 3.0.0 is the course's reference, under gunicorn (one synchronous worker, as there is \
             one core) and under its own development server; both close the connection after each answer. FastAPI \
             runs on uvicorn with uvloop and httptools. `CPU` is processor time for one request, `idle` and `loaded` are resident memory before the load and \
             at its highest, `start` is the time from the program's start to its first answer.{}",
            list::PATH,
            list::CONNECTIONS,
            failures(&[&[&outcome.limit, &outcome.ours], outcome.peers.iter().collect::<Vec<_>>().as_slice()].concat())
        ),
        table,
    }
}

/// Ours against the limit, and against itself.
pub fn page(outcome: &page::Outcome) -> Section {
    let heads = ["server", "requests/s", "rounds", "of the limit", "p50", "p99", "CPU", "idle", "loaded", "start"];
    let mut table = Table::new(&heads);
    let limit = outcome.limit.per_second();
    for series in [&outcome.limit, &outcome.few, &outcome.many] {
        let rate = series.per_second();
        let mut row = vec![series.name.clone(), count(rate.median()), spread(rate.spread())];
        row.push(ratio(rate.ratio_to(&limit)));
        row.extend(latency(series));
        row.extend(cost(series));
        table.row(row);
    }
    Section {
        title: "A page of 100 servers".to_owned(),
        text: format!(
            "`GET {}`, {} connections: a body of {} bytes, out of 101 servers and out of 10,000, which were brought in \
             by the import. The limit writes the same body from memory. A cost that is flat in the number of servers \
             shows as the same rate in both rows.{}",
            page::PATH,
            list::CONNECTIONS,
            count(float(outcome.body as u64)),
            failures(&[&outcome.limit, &outcome.few, &outcome.many])
        ),
        table,
    }
}

/// Ours against the disk.
pub fn writes(outcome: &writes::Outcome) -> Section {
    let mut table = Table::new(&["writer", "writes/s", "rounds", "of the disk's rate", "p50", "p99"]);
    let disk = &outcome.disk;
    let none = || "–".to_owned();
    table.row(vec![
        "the disk alone".to_owned(),
        count(disk.median()),
        spread(disk.spread()),
        ratio(1.0),
        none(),
        none(),
    ]);
    for series in [&outcome.one, &outcome.many] {
        let rate = series.per_second();
        let mut row =
            vec![series.name.clone(), count(rate.median()), spread(rate.spread()), ratio(rate.ratio_to(disk))];
        row.extend(latency(series));
        table.row(row);
    }
    Section {
        title: "Durable writes".to_owned(),
        text: format!(
            "`POST /api/v1/servers` with a hostname that is new each time, on a fresh SQLite file: the answer comes when \
             the row is safe on the disk. The disk's own rate is that of appending 4 KiB to a file and `fdatasync`, again \
             and again, in the same folder: one writer cannot be much faster. {} writers at a time can, when several \
             rows share one `fdatasync`. After each run the service must hold at least as many servers as it \
             acknowledged, otherwise the benchmark stops.{}",
            writes::WRITERS,
            failures(&[&outcome.one, &outcome.many])
        ),
        table,
    }
}
