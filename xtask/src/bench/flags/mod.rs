//! `cargo xtask bench flags`: evaluations over OFREP, of one flag and of all, against bare actix and against Node with
//! flagd's official evaluator.

mod contestants;
mod telling;

use anyhow::{Context, Result};

use super::contestant::Contestant;
use super::goals::{Goal, IDLE, LOADED, START, at_least, at_most, no_failure};
use super::lab::{Lab, Question, Series};
use super::report::{About, Report};
use super::session::Session;
use crate::workspace;
use contestants::Built;

/// How much to measure.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    session: Session,
}

/// Open connections, kept alive.
pub const CONNECTIONS: usize = 64;
/// Evaluates all flags.
const BULK: &str = "/ofrep/v1/evaluate/flags";
/// Evaluates one, with a rule.
const SINGLE: &str = "/ofrep/v1/evaluate/flags/flag-001";
/// A single evaluation, as a share of a fixed body of its size.
pub const OF_THE_LIMIT: f64 = 0.7;
/// A bulk evaluation, as a multiple of Node's.
pub const TIMES_NODE: f64 = 3.0;

/// One evaluation: the limit, ours, and Node's.
pub struct Evaluation {
    /// What is evaluated, in words.
    pub what: &'static str,
    /// Bytes of the answer.
    pub bytes: usize,
    /// Bare actix with the same bytes for every request.
    pub limit: Series,
    /// Ours.
    pub ours: Series,
    /// Node's.
    pub node: Series,
}

const ABOUT: About = About {
    name: "flags",
    title: "Benchmark of the flags service",
    text: "How fast flags are evaluated over OpenFeature's Remote Evaluation Protocol, one and 350 at a time, and how far that \
           is from what the machine can do at all, and from flagd's official evaluator in Node.",
    picture: "Bars: evaluations a second.",
    takes: "about two minutes",
    notes: "",
};

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    let built = Built::now()?;
    let (lab, machine) = args.session.open(cores, |rounds| rounds * 6)?;
    let (flags, ours, node) = built.with_flags(&lab)?;
    let evaluations = [
        measure(&lab, &built, "one flag", SINGLE, [&ours, &node])?,
        measure(&lab, &built, "all 350 flags", BULK, [&ours, &node])?,
    ];
    drop(flags);
    lab.close();
    let (rounds, seconds) = args.session.size();
    let all = evaluations.iter().flat_map(|one| [&one.limit, &one.ours]);
    let report = Report {
        about: &ABOUT,
        machine,
        rounds,
        seconds,
        goals: goals(&evaluations),
        sections: vec![telling::section(&evaluations)],
        plot: telling::picture(&evaluations),
        least_share: all.map(Series::least_share_of_core).fold(1.0, f64::min),
    };
    args.session.tell(&report, true)
}

fn measure(
    lab: &Lab,
    built: &Built,
    what: &'static str,
    path: &str,
    [ours, node]: [&Contestant; 2],
) -> Result<Evaluation> {
    let file = lab.file(&format!("{}.json", what.replace(' ', "-")));
    let body = {
        let server = lab.start(ours)?;
        let context = serde_json::json!({"context": {"targetingKey": "user-1", "role": "beta", "version": "2.1.0"}});
        lab.http.post(&server.url(path), None, &context)?.to_string()
    };
    std::fs::write(&file, &body)?;
    let limit = built.bare.with(&file);
    let script = workspace::root().join("tests/bench/flags.lua");
    let arguments = [path.to_owned()];
    let turns = [&limit, ours, node];
    let mut series = turns.map(|contestant| Series::new(&contestant.name));
    for _ in 0..lab.rounds {
        for (contestant, series) in turns.iter().zip(&mut series) {
            let question = Question { path, connections: CONNECTIONS, script: Some((&script, &arguments)) };
            let sample = lab.run(contestant, &question, |_, _| Ok(()));
            series.push(sample.with_context(|| format!("{what} of {}", contestant.name))?);
        }
    }
    let [limit, ours, node] = series;
    Ok(Evaluation { what, bytes: body.len(), limit, ours, node })
}

fn goals([single, bulk]: &[Evaluation; 2]) -> Vec<Goal> {
    vec![
        at_least(
            "one flag, share of the limit",
            single.ours.per_second().ratio_to(&single.limit.per_second()),
            OF_THE_LIMIT,
        ),
        at_least("all flags, times Node", bulk.ours.per_second().ratio_to(&bulk.node.per_second()), TIMES_NODE),
        no_failure("evaluations that failed", &[&single.ours, &bulk.ours, &single.limit, &bulk.limit]),
        at_most("memory, idle", single.ours.idle().median(), IDLE, super::figures::megabytes),
        at_most("memory, at most under load", bulk.ours.peak().median(), LOADED, super::figures::megabytes),
        at_most("start to first answer", single.ours.started_in().median(), START, super::figures::time),
    ]
}
