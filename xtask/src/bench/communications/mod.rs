//! `cargo xtask bench communications`: what the public reads, and how fast mails are queued and sent.

mod mails;
mod reads;
mod sink;

use std::path::PathBuf;

use anyhow::Result;

use super::contestant::{self, BareActix, Contestant};
use super::figures::{count, float, spread};
use super::goals::{Goal, at_least, no_failure};
use super::lab::Series;
use super::plot::{Bar, Chart, Kind, MORE, Plot, bar};
use super::report::{About, Report};
use super::section::{Section, cost, failures, latency};
use super::session::Session;
use super::table::Table;

/// What to measure, and how much.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    session: Session,
}

/// The token that the measured service is given, and that we show.
const TOKEN: &str = "the-benchmark-writes-with-this-api-token";

/// A read, as a share of a fixed body of its size.
const READ: f64 = 0.85;

/// The programs that we build.
pub struct Built {
    program: PathBuf,
    /// The limit.
    pub bare: BareActix,
}

impl Built {
    /// The service with all that it does by default, in this file, with these variables.
    pub fn service(&self, file: &str, more: &[(&str, &str)]) -> Contestant {
        let store = format!("sqlite:{file}");
        let all = [("HOST", "127.0.0.1"), ("PORT", "{port}"), ("STORE_URL", store.as_str()), ("API_TOKEN", TOKEN)];
        let environment = all.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let environment = environment.collect();
        Contestant { name: "communications".to_owned(), program: self.program.clone(), arguments: vec![], environment }
    }
}

const ABOUT: About = About {
    name: "communications",
    title: "Benchmark of PolyStatus communications",
    text: "How fast the status page's own data are read, and how fast an announcement becomes mails.",
    picture: "Bars: reads a second beside their limit; mails queued and sent a second.",
    takes: "about three minutes",
    notes: "",
};

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    let (folder, bare) = contestant::build(&["polystatus-communications"])?;
    let built = Built { program: folder.join("polystatus-communications"), bare };
    let (lab, machine) = args.session.open(cores, |rounds| reads::runs(rounds) + mails::runs(rounds))?;
    let (bodies, mails) = (reads::measure(&lab, &built)?, mails::measure(&lab, &built)?);
    lab.close();
    let (rounds, seconds) = args.session.size();
    let all: Vec<&Series> = bodies.iter().flat_map(|body| [&body.limit, &body.ours]).collect();
    let report = Report {
        about: &ABOUT,
        machine,
        rounds,
        seconds,
        goals: goals(&bodies),
        sections: vec![of_reads(&bodies), of_mails(&mails)],
        plot: picture(&bodies, &mails),
        least_share: all.iter().map(|series| series.least_share_of_core()).fold(1.0, f64::min),
    };
    args.session.tell(&report, true)
}

fn goals(bodies: &[reads::Body]) -> Vec<Goal> {
    let goals = bodies.iter().flat_map(|body| {
        let share = body.ours.per_second().ratio_to(&body.limit.per_second());
        [
            at_least(&format!("{}, share of the limit", body.path), share, READ),
            no_failure(&format!("{}, requests that failed", body.path), &[&body.ours]),
        ]
    });
    goals.collect()
}

fn of_reads(bodies: &[reads::Body]) -> Section {
    let mut table =
        Table::new(&["body", "server", "requests/s", "rounds", "p50", "p99", "CPU", "idle", "loaded", "start"]);
    for body in bodies {
        for series in [&body.limit, &body.ours] {
            let rate = series.per_second();
            let mut row = vec![body.path.to_owned(), series.name.clone(), count(rate.median()), spread(rate.spread())];
            row.extend(latency(series));
            row.extend(cost(series));
            table.row(row);
        }
    }
    let all: Vec<&Series> = bodies.iter().flat_map(|body| [&body.limit, &body.ours]).collect();
    let sizes: Vec<String> = bodies.iter().map(|body| count(float(body.bytes as u64))).collect();
    let text = format!(
        "With {} incidents of which the public was told; bodies of {} bytes. They are made once for each edition. The \
         limit is an actix handler that writes the same bytes.{}",
        reads::INCIDENTS,
        sizes.join(" and "),
        failures(&all)
    );
    Section { title: "What the public reads".to_owned(), text, table }
}

fn of_mails(mails: &mails::Outcome) -> Section {
    let mut table = Table::new(&["step", "mails/s", "rounds"]);
    for (step, rounds) in [("queued", &mails.queued), ("sent", &mails.sent)] {
        table.row(vec![step.to_owned(), count(rounds.median()), spread(rounds.spread())]);
    }
    let text = format!(
        "An announcement to {} subscribers, by {} connections to a mail server that takes everything at once and keeps \
         nothing: from the announcement until every recipient has a row in the store, and until every row is `sent`. Each \
         mail is committed before it is sent and after.",
        mails::SUBSCRIBERS,
        mails::CONNECTIONS
    );
    Section { title: "Mails".to_owned(), text, table }
}

fn picture(bodies: &[reads::Body], mails: &mails::Outcome) -> Plot {
    let mut charts: Vec<Chart> = bodies
        .iter()
        .map(|body| {
            let goal = READ * body.limit.per_second().median();
            let bars = vec![
                bar(&body.limit, Series::per_second, count, Kind::Limit, None),
                bar(&body.ours, Series::per_second, count, Kind::Ours, Some(goal)),
            ];
            Chart { title: format!("Reading {}: requests a second", body.path), better: MORE, bars }
        })
        .collect();
    let figure = |name: &str, figure: f64| Bar {
        name: name.to_owned(),
        figure,
        label: count(figure),
        kind: Kind::Ours,
        goal: None,
    };
    let bars = vec![figure("queued", mails.queued.median()), figure("sent", mails.sent.median())];
    charts.push(Chart { title: "Mails a second".to_owned(), better: MORE, bars });
    Plot { title: "Communications beside its limits".to_owned(), charts }
}
