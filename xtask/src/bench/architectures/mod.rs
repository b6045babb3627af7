//! `cargo xtask bench architectures`: the documents application as one file, as model-view-controller, as three services in
//! one process, and as three services. What docs/course/architectures.md tells is measured here.

mod house;
mod measure;
mod sections;
mod uploads;
mod ways;

use anyhow::Result;

use super::figures::count;
use super::goals::{Goal, at_least};
use super::plot::{Bar, Chart, Kind, MORE, Plot};
use super::report::{About, Report};
use super::session::Session;
use measure::Outcome;
use ways::Way;

/// How much to measure.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    session: Session,
}

const ABOUT: About = About {
    name: "architectures",
    title: "Benchmark of architectures",
    text: "The same application, built in four ways: what each takes, how fast it is, and what still works when a part of it \
           does not.",
    picture: "Bars: uploads a second of each way to build the application; uploads accepted while the backup cannot write.",
    takes: "about three minutes",
    notes: "\
- The programs of the first two ways are cut down to what is compared: no users, no quota, no ranges, no version but the last
  one. So their lines compare with one another, and with the services only by their order of magnitude.
- All four sync a file and its row to the disk before they answer.
",
};

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    let ways = Way::all()?;
    let runs = u32::try_from(ways.len())?;
    let (lab, machine) = args.session.open(cores, |rounds| rounds * runs)?;
    let outcomes = measure::all(&lab, &ways)?;
    lab.close();
    let (rounds, seconds) = args.session.size();
    let report = Report {
        about: &ABOUT,
        machine,
        rounds,
        seconds,
        goals: goals(&outcomes),
        sections: sections::all(&outcomes),
        plot: picture(&outcomes),
        // they wait for the disk: none is at its core's limit
        least_share: 1.0,
    };
    args.session.tell(&report, true)
}

/// What the services promise, and what one must not pay for it.
fn goals(outcomes: &[Outcome]) -> Vec<Goal> {
    let (Some(first), Some(services)) = (outcomes.first(), outcomes.last()) else { return vec![] };
    let share = services.many.ratio_to(&first.many);
    vec![
        at_least(
            "uploads accepted by the services while the backup cannot write, share",
            services.accepted.median(),
            1.0,
        ),
        at_least("uploads a second of the services, share of the one file", share, 0.5),
    ]
}

fn picture(outcomes: &[Outcome]) -> Plot {
    let bars = |figure: fn(&Outcome) -> f64, label: fn(f64) -> String| {
        let bar = |(place, outcome): (usize, &Outcome)| {
            let kind = if place + 1 == outcomes.len() { Kind::Ours } else { Kind::Peer };
            Bar {
                name: outcome.name.to_owned(),
                figure: figure(outcome),
                label: label(figure(outcome)),
                kind,
                goal: None,
            }
        };
        outcomes.iter().enumerate().map(bar).collect()
    };
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let speed = Chart {
        title: "Uploads of 16 KiB a second, eight clients".to_owned(),
        better: MORE,
        bars: bars(|outcome| outcome.many.median(), count),
    };
    let accepted = Chart {
        title: "Uploads accepted while the backup cannot write".to_owned(),
        better: MORE,
        bars: bars(|outcome| outcome.accepted.median(), percent),
    };
    Plot { title: "One application, built in four ways".to_owned(), charts: vec![speed, accepted] }
}
