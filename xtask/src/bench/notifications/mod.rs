//! `cargo xtask bench notifications`: changes told to thousands over Socket.IO, against the official server in Node.

mod contestants;
mod telling;

use anyhow::{Context, Result};

use super::figures::{Rounds, count, float};
use super::goals::{Goal, at_least, at_most};
use super::report::{About, Report};
use super::session::Session;
use contestants::{Built, Sample};

/// How much to measure.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    session: Session,
}

/// Who listen.
pub const LISTENERS: u32 = 2000;
/// Changes under way when a server is to do what it can.
const BURST: u32 = 100;
/// Changes under way when some people work at the same time.
const FEW: u32 = 10;
/// Notifications a second of a burst, as a multiple of Node's.
const TIMES_NODE: f64 = 5.0;
/// The same, when a few changes are told together.
const TIMES_NODE_FEW: f64 = 2.0;
/// Memory, as a share of Node's.
const OF_NODE_S_MEMORY: f64 = 0.6;

/// One way of telling: ours, and Node's.
pub struct Telling {
    /// In words.
    pub what: &'static str,
    /// Changes under way.
    pub under_way: u32,
    /// What ours is to reach, as a multiple of Node's. None where nothing can be told together: each change is a write for
    /// each who hears it then.
    pub goal: Option<f64>,
    /// Of ours.
    pub ours: Vec<Sample>,
    /// Of Node.
    pub node: Vec<Sample>,
}

/// One figure of all rounds.
pub fn each(samples: &[Sample], figure: fn(&Sample) -> f64) -> Rounds {
    Rounds::new(samples.iter().map(figure))
}

const ABOUT: About = About {
    name: "notifications",
    title: "Benchmark of the notifications",
    text: "How fast changes are told to 2,000 who listen over Socket.IO, and what that takes, beside the official server in \
           Node.",
    picture: "Bars: notifications a second, all who listen together.",
    takes: "about four minutes",
    notes: "",
};

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    let built = Built::now()?;
    let (lab, machine) = args.session.open(cores, |rounds| rounds * 6)?;
    let tellings = [("bursts", BURST, Some(TIMES_NODE)), ("a few", FEW, Some(TIMES_NODE_FEW)), ("one by one", 1, None)];
    let mut tellings =
        tellings.map(|(what, under_way, goal)| Telling { what, under_way, goal, ours: vec![], node: vec![] });
    let (ours, node) = (built.ours(), built.node());
    for _ in 0..lab.rounds {
        for telling in &mut tellings {
            for (contestant, samples) in [(&ours, &mut telling.ours), (&node, &mut telling.node)] {
                let sample = built.run(&lab, contestant, telling.under_way);
                samples.push(sample.with_context(|| format!("{} by {}", telling.what, contestant.name))?);
            }
        }
    }
    lab.close();
    let (rounds, seconds) = args.session.size();
    let all = tellings.iter().flat_map(|telling| telling.ours.iter().chain(&telling.node));
    let report = Report {
        about: &ABOUT,
        machine,
        rounds,
        seconds,
        goals: goals(&tellings),
        sections: vec![telling::section(&tellings)],
        plot: telling::picture(&tellings),
        least_share: all.map(|sample| sample.share_of_core).fold(1.0, f64::min),
    };
    args.session.tell(&report, true)
}

fn goals(tellings: &[Telling; 3]) -> Vec<Goal> {
    let times = |telling: &Telling, figure: fn(&Sample) -> f64| {
        each(&telling.ours, figure).ratio_to(&each(&telling.node, figure))
    };
    let rate = |telling: &Telling| {
        let goal = telling.goal?;
        Some(at_least(&format!("{}, times Node", telling.what), times(telling, |sample| sample.per_second), goal))
    };
    let [bursts, ..] = tellings;
    let lost: u64 = tellings.iter().flat_map(|telling| &telling.ours).map(|sample| sample.lost).sum();
    let mut goals: Vec<Goal> = tellings.iter().filter_map(rate).collect();
    let memory = times(bursts, |sample| sample.peak);
    goals.push(at_most("memory, share of Node's", memory, OF_NODE_S_MEMORY, super::figures::ratio));
    goals.push(at_most("notifications lost", float(lost), 0.0, count));
    goals
}
