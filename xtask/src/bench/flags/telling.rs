//! What the page and its picture tell.

use super::super::figures::{count, float, ratio, spread};
use super::super::lab::Series;
use super::super::plot::{Chart, Kind, MORE, Plot, bar};
use super::super::section::{Section, cost, failures, latency};
use super::super::table::Table;
use super::{CONNECTIONS, Evaluation, OF_THE_LIMIT, TIMES_NODE};

/// All that was measured.
pub fn section(evaluations: &[Evaluation; 2]) -> Section {
    let heads =
        ["what", "server", "requests/s", "rounds", "of the limit", "p50", "p99", "CPU", "idle", "loaded", "start"];
    let mut table = Table::new(&heads);
    for one in evaluations {
        let limit = one.limit.per_second();
        for series in [&one.limit, &one.ours, &one.node] {
            let rate = series.per_second();
            let mut row = vec![one.what.to_owned(), series.name.clone(), count(rate.median()), spread(rate.spread())];
            row.push(ratio(rate.ratio_to(&limit)));
            row.extend(latency(series));
            row.extend(cost(series));
            table.row(row);
        }
    }
    let all: Vec<&Series> = evaluations.iter().flat_map(|one| [&one.limit, &one.ours, &one.node]).collect();
    let sizes = evaluations.each_ref().map(|one| count(float(one.bytes as u64)));
    Section {
        title: "Evaluations".to_owned(),
        text: format!(
            "`POST /ofrep/v1/evaluate/flags/{{key}}` and `POST /ofrep/v1/evaluate/flags`, {CONNECTIONS} connections kept \
             alive, another person in each request: answers of {} and {} bytes. A third of the flags is the same for \
             everybody, a third has rules with a version and a list, a third cuts the people into shares. Ours runs as it \
             does by default, with all middleware, metrics and logs. The limit is an actix handler that writes as many \
             bytes and reads none. Node runs flagd's official evaluator behind its own HTTP server, with nothing around.{}",
            sizes[0],
            sizes[1],
            failures(&all)
        ),
        table,
    }
}

/// The same as bars.
pub fn picture(evaluations: &[Evaluation; 2]) -> Plot {
    let [single, bulk] = evaluations;
    let goals = [OF_THE_LIMIT * single.limit.per_second().median(), TIMES_NODE * bulk.node.per_second().median()];
    let chart = |(one, goal): (&Evaluation, f64)| {
        let bar = |series: &Series, kind, goal| bar(series, Series::per_second, count, kind, goal);
        let bars = vec![
            bar(&one.limit, Kind::Limit, None),
            bar(&one.ours, Kind::Ours, Some(goal)),
            bar(&one.node, Kind::Peer, None),
        ];
        Chart { title: format!("Evaluating {}: requests a second", one.what), better: MORE, bars }
    };
    Plot { title: "Flags beside their limits".to_owned(), charts: evaluations.iter().zip(goals).map(chart).collect() }
}
