//! What the page tells of each scenario.

use super::super::figures::{count, float, ratio, spread, time};
use super::super::lab::Series;
use super::super::section::{Section, cost, failures, latency};
use super::super::table::Table;
use super::{login, reads, writes};

/// Ours against the limit.
pub fn reads(bodies: &reads::Outcome) -> Section {
    let heads =
        ["body", "server", "requests/s", "rounds", "of the limit", "p50", "p99", "CPU", "idle", "loaded", "start"];
    let mut table = Table::new(&heads);
    for body in bodies {
        let limit = body.limit.per_second();
        for series in [&body.limit, &body.sqlite, &body.redis] {
            let rate = series.per_second();
            let mut row = vec![body.what.to_owned(), series.name.clone(), count(rate.median()), spread(rate.spread())];
            row.push(ratio(rate.ratio_to(&limit)));
            row.extend(latency(series));
            row.extend(cost(series));
            table.row(row);
        }
    }
    let all: Vec<&Series> = bodies.iter().flat_map(|body| [&body.limit, &body.sqlite, &body.redis]).collect();
    let sizes = bodies.each_ref().map(|body| count(float(body.bytes as u64)));
    Section {
        title: "Reading incidents".to_owned(),
        text: format!(
            "`GET /api/v1/incidents/{{id}}` and `GET {}`, {} connections kept alive: bodies of {} and {} bytes. Ours runs as \
             it does by default, with all middleware, metrics and logs. The limit is an actix handler that writes the same \
             bytes. Where the documents are kept makes no difference to a reader: they are read from memory.{}",
            reads::LIST,
            reads::CONNECTIONS,
            sizes[0],
            sizes[1],
            failures(&all)
        ),
        table,
    }
}

/// Ours against the storages.
pub fn writes(storages: &writes::Outcome) -> Section {
    let mut table = Table::new(&["storage", "writers", "", "writes/s", "rounds", "of the limit", "p50", "p99"]);
    for storage in storages {
        for (place, writers) in writes::WRITERS.into_iter().enumerate() {
            let (limit, ours) = (&storage.limit[place], &storage.ours[place]);
            let rate = ours.per_second();
            let start = |who: &str| vec![storage.name.to_owned(), writers.to_string(), who.to_owned()];
            let mut row = start(storage.limit_name);
            row.extend([count(limit.median()), spread(limit.spread()), ratio(1.0), "–".to_owned(), "–".to_owned()]);
            table.row(row);
            let mut row = start("incidents");
            row.extend([count(rate.median()), spread(rate.spread()), ratio(rate.ratio_to(limit))]);
            row.extend(latency(ours));
            table.row(row);
        }
    }
    Section {
        title: "Opening incidents".to_owned(),
        text: format!(
            "`POST /api/v1/incidents` on a fresh storage: the answer comes when the incident, its entry in the change log, \
             its event and its line in the audit log are safe. On SQLite the limit is the disk's own rate of appending 4 \
             KiB and `fdatasync`. On Redis, which syncs before it answers, it is redis-benchmark with a script that writes \
             as much; Redis and the load generator share a core.{}",
            failures(&storages.iter().flat_map(|storage| &storage.ours).collect::<Vec<_>>())
        ),
        table,
    }
}

/// Logins, and everybody else.
pub fn login(outcome: &login::Outcome) -> Section {
    let mut table = Table::new(&["clients logging in", "pause", "logins/s", "rounds", "refused/s", "p99 of others"]);
    let p99 = [&outcome.quiet, &outcome.flooded];
    table.row(vec!["0".into(), "–".into(), "–".into(), "–".into(), "–".into(), time(p99[0].median())]);
    for (place, clients) in login::CLIENTS.into_iter().enumerate() {
        let rate = &outcome.succeeded[place];
        let others = if place == 2 { time(p99[1].median()) } else { "–".to_owned() };
        table.row(vec![
            clients.count.to_string(),
            format!("{} ms", clients.pause),
            count(rate.median()),
            spread(rate.spread()),
            count(outcome.refused[place].median()),
            others,
        ]);
    }
    Section {
        title: "Logging in".to_owned(),
        text: format!(
            "`POST /api/v1/auth/login` with the right password: each takes argon2id at 19 MiB and two passes, tens of \
             milliseconds of the one core. What comes beyond is refused at once with 503; clients that pause heed that, those that do not are a flood, and the \
             refusals take most of the core. `others` ask for `{}` on {} \
             connections, as fast as they are answered, on the same core.",
            login::OTHER,
            login::OTHERS
        ),
        table,
    }
}
