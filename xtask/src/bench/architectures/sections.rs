//! What the page of the benchmark tells.

use super::super::figures::{count, float, megabytes, ratio, time};
use super::super::section::Section;
use super::super::table::Table;
use super::measure::{CLIENTS, ONE_BY_ONE, Outcome, WITHOUT_BACKUP};
use super::uploads::BYTES;

/// Everything.
pub fn all(outcomes: &[Outcome]) -> Vec<Section> {
    vec![takes(outcomes), speed(outcomes), broken(outcomes)]
}

fn takes(outcomes: &[Outcome]) -> Section {
    let mut table = Table::new(&["built as", "processes", "files", "lines", "programs", "ready after", "idle memory"]);
    for outcome in outcomes {
        table.row(vec![
            outcome.name.to_owned(),
            outcome.processes.to_string(),
            outcome.files.to_string(),
            count(float(outcome.lines as u64)),
            megabytes(float(outcome.program)),
            time(outcome.started.median()),
            megabytes(outcome.idle.median()),
        ]);
    }
    let text = "Files and lines of the application's own code, without empty lines, tests and libraries; the services' own is \
                also that of users, quotas, ranges, kept versions, restoring, and three databases. Started one process after \
                another. The one process of the third way is `polyops`, whose program has all services of this repository in it.";
    Section { title: "What each takes".to_owned(), text: text.to_owned(), table }
}

fn speed(outcomes: &[Outcome]) -> Section {
    let heads = ["built as", "p50", "p99", "uploads/s", "of the first", "CPU"];
    let mut table = Table::new(&heads);
    for outcome in outcomes {
        let share = outcomes.first().map_or(f64::NAN, |first| outcome.many.ratio_to(&first.many));
        table.row(vec![
            outcome.name.to_owned(),
            time(outcome.p50.median()),
            time(outcome.p99.median()),
            count(outcome.many.median()),
            ratio(share),
            time(outcome.processor.median()),
        ]);
    }
    let text = format!(
        "Files of {} KiB, each with content of its own. p50 and p99: one client, {ONE_BY_ONE} uploads one after another. \
         Uploads a second, and processor time for one in all processes: {CLIENTS} clients. The first two answer when the copy \
         is in the backup; the services answer when the file is safe, and copy it afterwards.",
        BYTES / 1024
    );
    Section { title: "Uploads".to_owned(), text, table }
}

fn broken(outcomes: &[Outcome]) -> Section {
    let mut table = Table::new(&["built as", "accepted without a backup", "failed when what copies was killed"]);
    for outcome in outcomes {
        let accepted = format!("{:.0} %", outcome.accepted.median() * 100.0);
        table.row(vec![outcome.name.to_owned(), accepted, count(outcome.failed.median())]);
    }
    let text = format!(
        "First the backup's folder is taken away, and one client tries {WITHOUT_BACKUP} uploads. Then the process that makes \
         the copies is killed while {CLIENTS} clients upload, and started again at once."
    );
    Section { title: "When a part does not work".to_owned(), text, table }
}
