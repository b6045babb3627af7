//! What the page tells.

use super::super::figures::{Rounds, count, megabytes, ratio, spread};
use super::super::section::Section;
use super::super::table::Table;
use super::{Outcome, goals};

fn table(rows: [(&str, &Rounds); 3], limit: &Rounds) -> Table {
    let mut table = Table::new(&["who", "MB/s", "rounds", "of the lower limit"]);
    for (name, rates) in rows {
        let rate = count(rates.median());
        table.row(vec![name.to_owned(), rate, spread(rates.spread()), ratio(rates.ratio_to(limit))]);
    }
    table
}

/// To the service.
pub fn up(outcome: &Outcome, mib: u32) -> Section {
    let limit = goals::lower(&outcome.written, &outcome.loopback);
    let rows = [
        ("written and synced by a program", &outcome.written),
        ("over the loopback", &outcome.loopback),
        ("uploaded", &outcome.up),
    ];
    Section {
        title: format!("Up: files of {mib} MiB"),
        text: "The service reads a form, computes the SHA-256 of the file in it, writes it in pieces of 256 KiB, syncs it, \
               moves it to its place, syncs that, and commits its version."
            .to_owned(),
        table: table(rows, limit),
    }
}

/// And back.
pub fn down(outcome: &Outcome, mib: u32) -> Section {
    let limit = goals::lower(&outcome.read, &outcome.loopback);
    let rows =
        [("read by a program", &outcome.read), ("over the loopback", &outcome.loopback), ("downloaded", &outcome.down)];
    let text = "The same files, each just after it was uploaded.".to_owned();
    Section { title: format!("Down: files of {mib} MiB"), text, table: table(rows, limit) }
}

/// What it takes.
pub fn memory(outcome: &Outcome) -> Section {
    let (idle, peak, mib) = outcome.memory;
    let mut table = Table::new(&["when", "the most resident memory until then"]);
    table.row(vec!["after the start".to_owned(), megabytes(idle)]);
    table.row(vec![format!("after {mib} MiB up and down"), megabytes(peak)]);
    Section {
        title: "Memory".to_owned(),
        text: "Of the whole process (`VmHWM`), the pages of its program included.".to_owned(),
        table,
    }
}
