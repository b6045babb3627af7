//! The picture of a report: which figures become bars.

use super::super::figures::{Rounds, count, megabytes, time};
use super::super::goals::{LOADED, START};
use super::super::lab::Series;
use super::super::plot::{Bar, Chart, Kind, LESS, MORE, Plot, bar};
use super::{Outcome, goals, list, page, writes};

/// Requests and writes a second, memory and start-up time, as far as they were measured.
pub fn of(outcome: &Outcome) -> Plot {
    let mut charts = vec![];
    if let Some(list) = &outcome.list {
        charts.push(speed_of_list(list));
    }
    if let Some(page) = &outcome.page {
        charts.push(speed_of_page(page));
    }
    if let Some(writes) = &outcome.writes {
        charts.push(speed_of_writes(writes));
    }
    if let Some(list) = &outcome.list {
        charts.push(memory(list));
        charts.push(start(list));
    }
    Plot { title: "The inventory API beside its limits and its peers".to_owned(), charts }
}

fn speed_of_list(list: &list::Outcome) -> Chart {
    let goal = goals::LIST * list.limit.per_second().median();
    let bars = contestants(list, Series::per_second, count, goal);
    Chart { title: "List of two servers: requests a second".to_owned(), better: MORE, bars }
}

fn speed_of_page(page: &page::Outcome) -> Chart {
    let goal = goals::PAGE * page.limit.per_second().median();
    let bar = |series: &Series, kind, goal| bar(series, Series::per_second, count, kind, goal);
    let bars = vec![
        bar(&page.limit, Kind::Limit, None),
        bar(&page.few, Kind::Ours, None),
        bar(&page.many, Kind::Ours, Some(goal)),
    ];
    Chart { title: "Page of 100 servers: requests a second".to_owned(), better: MORE, bars }
}

fn speed_of_writes(writes: &writes::Outcome) -> Chart {
    let disk = writes.disk.median();
    let bar = |series: &Series, share| bar(series, Series::per_second, count, Kind::Ours, Some(share * disk));
    let limit =
        Bar { name: "the disk alone".to_owned(), figure: disk, label: count(disk), kind: Kind::Limit, goal: None };
    let bars = vec![limit, bar(&writes.one, goals::ONE_WRITER), bar(&writes.many, goals::MANY_WRITERS)];
    Chart { title: "New servers, safe on the disk: writes a second".to_owned(), better: MORE, bars }
}

fn memory(list: &list::Outcome) -> Chart {
    let bars = contestants(list, Series::peak, megabytes, LOADED);
    Chart { title: "Memory under load".to_owned(), better: LESS, bars }
}

fn start(list: &list::Outcome) -> Chart {
    let bars = contestants(list, Series::started_in, time, START);
    Chart { title: "Start to first answer".to_owned(), better: LESS, bars }
}

/// A bar for each contestant of the list; the goal is ours alone.
fn contestants(list: &list::Outcome, figure: fn(&Series) -> Rounds, label: fn(f64) -> String, goal: f64) -> Vec<Bar> {
    let first =
        [bar(&list.limit, figure, label, Kind::Limit, None), bar(&list.ours, figure, label, Kind::Ours, Some(goal))];
    first.into_iter().chain(list.peers.iter().map(|peer| bar(peer, figure, label, Kind::Peer, None))).collect()
}
