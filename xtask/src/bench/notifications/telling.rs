//! What the page and its picture tell.

use super::super::figures::{count, float, megabytes, ratio, spread, time};
use super::super::plot::{Bar, Chart, Kind, MORE, Plot};
use super::super::section::Section;
use super::super::table::Table;
use super::{LISTENERS, Telling, each};

/// All that was measured.
pub fn section(tellings: &[Telling; 3]) -> Section {
    let heads = ["told", "server", "heard/s", "rounds", "times Node", "p50", "p99", "CPU", "memory", "lost"];
    let mut table = Table::new(&heads);
    for telling in tellings {
        let node = each(&telling.node, |sample| sample.per_second);
        for (name, samples) in [("notifications", &telling.ours), ("Node, socket.io", &telling.node)] {
            let rate = each(samples, |sample| sample.per_second);
            let lost: u64 = samples.iter().map(|sample| sample.lost).sum();
            table.row(vec![
                telling.what.to_owned(),
                name.to_owned(),
                count(rate.median()),
                spread(rate.spread()),
                ratio(rate.ratio_to(&node)),
                time(each(samples, |sample| sample.half).median()),
                time(each(samples, |sample| sample.nearly_all).median()),
                time(each(samples, |sample| sample.processor).median()),
                megabytes(each(samples, |sample| sample.peak).median()),
                count(float(lost)),
            ]);
        }
    }
    let [bursts, few, one_by_one] = tellings;
    let text = format!(
        "{} admins listen by websocket, and one connection tells of changes of some 250 bytes. In bursts, {} changes are \
         under way at a time; of a few, {}; one by one, {}: under way is a change that not everybody has heard. One by one \
         there is nothing to tell together, and each change is a write for each who hears it: no goal is set there. \
         `heard/s` counts each change once for each who heard it. p50 and p99 are from telling to hearing, CPU is the server's time for one \
         notification with the connecting in it, and memory is the most that it had. Ours runs as it does by default, \
         with its figures, limits and checks; the official server has nothing around it.",
        count(f64::from(LISTENERS)),
        bursts.under_way,
        few.under_way,
        one_by_one.under_way
    );
    Section { title: "Telling".to_owned(), text, table }
}

/// The same as bars.
pub fn picture(tellings: &[Telling; 3]) -> Plot {
    let chart = |telling: &Telling| {
        let node = each(&telling.node, |sample| sample.per_second).median();
        let ours = each(&telling.ours, |sample| sample.per_second).median();
        let bar = |name: &str, figure: f64, kind, goal| Bar {
            name: name.to_owned(),
            figure,
            label: count(figure),
            kind,
            goal,
        };
        Chart {
            title: format!("{} under way: heard in a second", telling.under_way),
            better: MORE,
            bars: vec![
                bar("notifications", ours, Kind::Ours, telling.goal.map(|times| times * node)),
                bar("Node, socket.io", node, Kind::Peer, None),
            ],
        }
    };
    let charts = tellings.iter().map(chart).collect();
    Plot { title: "Notifications beside the official server".to_owned(), charts }
}
