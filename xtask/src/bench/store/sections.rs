//! What the page tells.

use super::super::figures::{Rounds, count, megabytes, ratio, spread, time};
use super::super::section::Section;
use super::super::table::Table;
use super::writes::{Outcome, Rates};
use super::{DOCUMENTS, documents};

fn row(rates: &Rates, limit: &Rounds) -> Vec<String> {
    let latency = |rounds: &Option<Rounds>| rounds.as_ref().map_or_else(|| "–".to_owned(), |some| time(some.median()));
    vec![
        rates.name.clone(),
        count(rates.per_second.median()),
        spread(rates.per_second.spread()),
        ratio(rates.per_second.ratio_to(limit)),
        latency(&rates.p50),
        latency(&rates.p99),
    ]
}

fn table(rows: impl IntoIterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new(&["writer", "writes/s", "rounds", "of the limit", "p50", "p99"]);
    rows.into_iter().for_each(|cells| table.row(cells));
    table
}

/// Against the disk.
pub fn sqlite(outcome: &Outcome) -> Section {
    let disk = &outcome.disk.per_second;
    let all = [&outcome.disk, &outcome.sqlite[0], &outcome.sqlite[1]];
    Section {
        title: "Writes on SQLite".to_owned(),
        text: format!(
            "A document of about 600 bytes is put, one after the other by each writer, into a new file. The limit is how \
             often a second the disk takes 4 KiB at the end of a file and says that they are safe. Many writers share \
             one such sync, and so exceed it. Another process that has the same file open shows a write after {} (half \
             of them) to {} (99 in 100): it looks four times a second.",
            time(outcome.followed_on_sqlite[0].median()),
            time(outcome.followed_on_sqlite[1].median()),
        ),
        table: table(all.map(|rates| row(rates, disk))),
    }
}

/// Against Redis alone.
pub fn redis(outcome: &Outcome) -> Section {
    let pairs = outcome.limit.iter().zip(&outcome.redis);
    let rows = pairs.flat_map(|(limit, ours)| [row(limit, &limit.per_second), row(ours, &limit.per_second)]);
    Section {
        title: "Writes on Redis".to_owned(),
        text: format!(
            "The same on Redis with `appendonly yes` and `appendfsync always`. The limit is `redis-benchmark` with as many \
             connections, which calls the very script that the store calls, with the words of one such write. The store \
             packs what many writers want into one call, where redis-benchmark makes a call for each. A second replica \
             on the same Redis shows a write {} (half of them) to {} (99 in 100) after its writer was answered.",
            time(outcome.followed[0].median()),
            time(outcome.followed[1].median()),
        ),
        table: table(rows),
    }
}

/// To load, to hold and to read.
pub fn documents(outcome: &documents::Outcome) -> Section {
    let heads = ["storage", "to load", "memory", "of one", "× its JSON", "get", "page of 100", "find 100", "count"];
    let mut table = Table::new(&heads);
    for (name, load) in &outcome.loads {
        let one = load.memory / f64::from(DOCUMENTS);
        table.row(vec![
            (*name).to_owned(),
            time(load.seconds),
            megabytes(load.memory),
            format!("{one:.0} B"),
            ratio(one / outcome.json),
            nanoseconds(load.get),
            nanoseconds(load.page),
            nanoseconds(load.find),
            nanoseconds(load.count),
        ]);
    }
    Section {
        title: format!("{} documents", count(f64::from(DOCUMENTS))),
        text: format!(
            "Incidents with three updates and three indexes, one of which has a value of its own for each: {:.0} bytes of \
             JSON on average. `memory` is what the process grows by when it opens the storage. Reads are those of a \
             program that asks again and again in one thread: by key, a page from a random key on, the first page of \
             what an index finds (each value has 1,000), and how many an index finds (25,000).",
            outcome.json
        ),
        table,
    }
}

fn nanoseconds(seconds: f64) -> String {
    if seconds < 1e-6 { format!("{:.0} ns", seconds * 1e9) } else { time(seconds) }
}
