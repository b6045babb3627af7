//! What was measured, as tables for the terminal and as the page `docs/benchmarks.md`.

use std::fmt::Write as _;

use super::figures::{count, megabytes, ratio, spread, time};
use super::goals::{self, Goal};
use super::inventory::Outcome;
use super::lab::Series;
use super::machine::Machine;
use super::table::Table;
use super::{list, page, writes};

/// All there is to tell.
pub struct Report {
    /// On what.
    pub machine: Machine,
    /// How often.
    pub rounds: u32,
    /// How long each time.
    pub seconds: u32,
    /// What was to be reached.
    pub goals: Vec<Goal>,
    /// What was measured.
    pub outcome: Outcome,
}

/// One scenario: its heading, what to know of it, its figures.
struct Section {
    title: String,
    text: String,
    table: Table,
}

impl Report {
    /// Headings and tables.
    pub fn for_terminal(&self) -> String {
        let mut text = String::new();
        for section in self.sections() {
            write!(text, "{}\n\n{}\n", section.title, section.table.for_terminal()).expect("a string");
        }
        write!(text, "Goals\n\n{}", goal_table(&self.goals).for_terminal()).expect("a string takes what is written");
        text
    }

    /// The page.
    pub fn for_markdown(&self) -> String {
        let mut text = self.introduction();
        for section in self.sections() {
            write!(text, "\n## {}\n\n{}\n\n{}", section.title, section.text, section.table.for_markdown())
                .expect("a string takes what is written");
        }
        text + HOW_TO_READ
    }

    fn introduction(&self) -> String {
        let Machine { processor, cores, kernel, file_system, busy, date } = &self.machine;
        let (rounds, seconds) = (self.rounds, self.seconds);
        let verdict =
            goals::missed(&self.goals).map_or_else(|| "All goals were met.".to_owned(), |missed| missed + ".");
        let noise = if self.machine.is_busy() {
            "\n> **Other programs were running**: trust the ratios more than the figures, and measure again on a quiet machine.\n"
        } else {
            ""
        };
        format!(
            "\
# Benchmarks

<!-- written by `cargo xtask bench inventory`: measure again, do not edit -->

How fast the inventory API is, what it costs, and how far that is from what the machine can do at all. Every figure is
measured side by side with a limit or a peer in the same run, so that what counts is the ratio: it travels to other
machines, the figure does not.

![Bars: requests a second, writes a second, memory and start-up time of the inventory API, its limits and its peers. The tables below hold the same figures.](benchmarks.svg)
{noise}
To repeat it, on Linux with two free cores, in about five minutes:

```sh
cargo xtask bench inventory
```

| measured on  | {date} |
| ------------ | ------ |
| processor    | {processor}, {cores} cores |
| kernel       | {kernel} |
| file system  | {file_system} |
| other load   | {:.0} % of the cores' time, in the second before |
| rounds       | {rounds} of {seconds} s for each contestant, in turn; medians |

## Goals

{verdict}

{}",
            busy * 100.0,
            goal_table(&self.goals).for_markdown()
        )
    }

    fn sections(&self) -> Vec<Section> {
        let list = self.outcome.list.as_ref().map(list_section);
        let page = self.outcome.page.as_ref().map(page_section);
        let writes = self.outcome.writes.as_ref().map(writes_section);
        [list, page, writes].into_iter().flatten().collect()
    }
}

fn goal_table(goals: &[Goal]) -> Table {
    let mut table = Table::new(&["what", "measured", "goal", "met"]);
    for goal in goals {
        let met = if goal.met { "✓" } else { "✗" };
        table.row(vec![goal.what.clone(), goal.measured.clone(), goal.asked.clone(), met.to_owned()]);
    }
    table
}

fn list_section(outcome: &list::Outcome) -> Section {
    let heads =
        ["server", "requests/s", "rounds", "of the limit", "× gunicorn", "p50", "p99", "idle", "loaded", "start"];
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
             runs on uvicorn with uvloop and httptools. `idle` and `loaded` are resident memory before the load and \
             at its highest, `start` is the time from the program's start to its first answer.{}",
            list::PATH,
            list::CONNECTIONS,
            failures(&[&[&outcome.limit, &outcome.ours], outcome.peers.iter().collect::<Vec<_>>().as_slice()].concat())
        ),
        table,
    }
}

fn page_section(outcome: &page::Outcome) -> Section {
    let heads = ["server", "requests/s", "rounds", "of the limit", "p50", "p99", "idle", "loaded", "start"];
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
            count(super::figures::float(outcome.body as u64)),
            failures(&[&outcome.limit, &outcome.few, &outcome.many])
        ),
        table,
    }
}

fn writes_section(outcome: &writes::Outcome) -> Section {
    let mut table = Table::new(&["writer", "writes/s", "rounds", "of the disk's rate", "p50", "p99"]);
    let disk = &outcome.disk;
    let blank = String::new;
    table.row(vec![
        "the disk alone".to_owned(),
        count(disk.median()),
        spread(disk.spread()),
        ratio(1.0),
        blank(),
        blank(),
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

fn latency(series: &Series) -> [String; 2] {
    [time(series.p50().median()), time(series.p99().median())]
}

fn cost(series: &Series) -> [String; 3] {
    [megabytes(series.idle().median()), megabytes(series.peak().median()), time(series.started_in().median())]
}

/// A sentence about requests that did not get what they asked for; none when there were none.
fn failures(series: &[&Series]) -> String {
    let failed: Vec<String> = series
        .iter()
        .filter(|series| series.failed() > 0)
        .map(|series| format!("{} by {}", count(super::figures::float(series.failed())), series.name))
        .collect();
    if failed.is_empty() { String::new() } else { format!(" Requests that failed: {}.", failed.join(", ")) }
}

const HOW_TO_READ: &str = "
## How to read this

- Server and load generator have one core each, by `taskset`; `wrk` asks for the next answer as soon as it has one. So
  requests a second is what one core can serve, and p50 and p99 are those of a server that is at its limit: with 64
  connections always waiting, p50 is close to 64 divided by the rate. They compare servers; they do not tell what a
  visitor of a server with room to spare waits.
- Contestants take turns, and each turn is a fresh start of the program: a machine that slows down for a while slows
  down all of them. A ratio is taken within each round, and what stands in the tables is the median over the rounds;
  so a ratio can differ a little from that of two medians. `rounds` tells how far the furthest round lies from the median.
- Before each measured load there is one second of the same load that does not count, so that all are warm.
- Memory is what the kernel counts as resident, added up over the server's processes; what two processes share counts
  twice. A megabyte is a million bytes.
- The peers answer from a list in memory, and have no database, no metrics and no checks of their own: they do less work
  than ours.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_goal_has_its_cross() {
        let goal =
            |met| Goal { what: "speed".to_owned(), measured: "0.5".to_owned(), asked: "≥ 0.9".to_owned(), met };
        let text = goal_table(&[goal(true), goal(false)]).for_terminal();
        assert!(text.contains("≥ 0.9    ✓") && text.contains("≥ 0.9    ✗"), "{text}");
    }
}
