//! `cargo xtask bench csp`: how fast feeds are read, and the list of all providers against a fixed body.

mod feeds;
mod status;

use anyhow::Result;

use super::figures::{count, ratio};
use super::goals::{Goal, IDLE, LOADED, at_least, at_most, no_failure};
use super::lab::Series;
use super::plot::{Chart, Kind, MORE, Plot, bar};
use super::report::{About, Report};
use super::section::Section;
use super::session::Session;

/// How much to measure.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    session: Session,
    /// Folder with feeds to read; the payloads of the tests when left out
    #[arg(long)]
    feeds: Option<std::path::PathBuf>,
}

/// A read, as a share of a fixed body of its size.
const READ: f64 = 0.85;
/// The slowest format, in megabytes a second: the largest feed that there is (8 MB) in less than a second.
const SLOWEST: f64 = 10.0;

const ABOUT: About = About {
    name: "csp",
    title: "Benchmark of the cloud providers",
    text: "How fast status feeds are read, format by format, and how many can ask a second how all providers are.",
    picture: "Bars: requests a second for the list of all providers, beside bare actix.",
    takes: "about a minute",
    notes: "\
- Feeds are read by a program that calls the readers, without HTTP: bytes in, a reading out. Small feeds cost more by the
  byte than large ones.
",
};

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    let built = status::Built::now()?;
    let (lab, machine) = args.session.open(cores, status::runs)?;
    let status = status::measure(&lab, &built)?;
    let feeds = feeds::measure(args.feeds.as_deref())?;
    lab.close();
    let (rounds, seconds) = args.session.size();
    let goal = READ * status.limit.per_second().median();
    let bars = vec![
        bar(&status.limit, Series::per_second, count, Kind::Limit, None),
        bar(&status.ours, Series::per_second, count, Kind::Ours, Some(goal)),
    ];
    let chart = Chart { title: "How all providers are: requests a second".to_owned(), better: MORE, bars };
    let report = Report {
        about: &ABOUT,
        machine,
        rounds,
        seconds,
        goals: goals(&status, &feeds),
        sections: sections(&status, &feeds),
        plot: Plot { title: "Cloud providers beside the limit".to_owned(), charts: vec![chart] },
        least_share: status.limit.least_share_of_core().min(status.ours.least_share_of_core()),
    };
    args.session.tell(&report, true)
}

fn goals(status: &status::Outcome, feeds: &[feeds::Feed]) -> Vec<Goal> {
    let ours = &status.ours;
    let slowest = feeds.iter().map(|feed| feed.megabytes).fold(f64::INFINITY, f64::min);
    vec![
        at_least("all providers, share of the limit", ours.per_second().ratio_to(&status.limit.per_second()), READ),
        no_failure("requests that failed", &[ours]),
        at_most("memory, idle", ours.idle().median(), IDLE, super::figures::megabytes),
        at_most("memory, at most under load", ours.peak().median(), LOADED, super::figures::megabytes),
        at_least("the slowest format, MB/s", slowest, SLOWEST),
    ]
}

fn sections(status: &status::Outcome, feeds: &[feeds::Feed]) -> Vec<Section> {
    let mut rates = super::table::Table::new(&["server", "requests/s", "of the limit"]);
    let limit = status.limit.per_second();
    for series in [&status.limit, &status.ours] {
        let rate = series.per_second();
        rates.row(vec![series.name.clone(), count(rate.median()), ratio(rate.ratio_to(&limit))]);
    }
    let mut speeds = super::table::Table::new(&["feed", "format", "bytes", "MB/s"]);
    for feed in feeds {
        let bytes = count(super::figures::float(feed.bytes));
        speeds.row(vec![feed.name.clone(), feed.format.clone(), bytes, format!("{:.0}", feed.megabytes)]);
    }
    vec![
        Section {
            title: "How all providers are".to_owned(),
            text: format!(
                "`GET {}` with the providers of the catalogue, {} bytes, {} connections kept alive, with all middleware, \
                 metrics and logs. The limit is an actix handler that writes the same bytes.",
                status::PATH,
                count(super::figures::float(status.bytes as u64)),
                status::CONNECTIONS
            ),
            table: rates,
        },
        Section {
            title: "Reading feeds".to_owned(),
            text: "One core, each feed again and again.".to_owned(),
            table: speeds,
        },
    ]
}
