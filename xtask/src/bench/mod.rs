//! Measure a service against its limit and its peers, side by side: `cargo xtask bench --help`.
//!
//! What any service needs: `session` (how much, and where the page goes), `cores` (who runs where), `contestant` and
//! `server` (start and end), `usage` (memory, processor time), `wrk` (the load), `lab` (one run), `figures` (medians and
//! ratios), `goals`, `section`, `table`, `plot` and `report`. What is asked of which service is in a folder for each.

mod architectures;
mod backup;
mod communications;
mod contestant;
mod cores;
mod csp;
mod disk;
mod documents;
mod figures;
mod flags;
mod frontend;
mod goals;
mod http;
mod inventory;
mod lab;
mod machine;
mod notifications;
mod plot;
mod polystatus;
mod redis;
mod report;
mod section;
mod server;
mod session;
mod store;
mod table;
mod usage;
mod wrk;

/// What can be measured.
#[derive(clap::Subcommand)]
pub enum Bench {
    /// The documents application built in four ways: one file, model-view-controller, three services in one process and in three
    ///
    /// As for the inventory. A complete run on a quiet machine writes docs/benchmarks/architectures.md and its picture.
    Architectures(architectures::Args),
    /// The backup: how long after the answer to an upload it has the file, and how fast it copies a large one
    ///
    /// A complete run on a quiet machine writes docs/benchmarks/backup.md and its picture.
    Backup(backup::Args),
    /// PolyStatus communications: what the public reads against bare actix; mails queued and sent
    ///
    /// As for the inventory. A complete run on a quiet machine writes docs/benchmarks/communications.md and its picture.
    Communications(communications::Args),
    /// The cloud providers: feeds read in megabytes a second, and the list of all providers against bare actix
    ///
    /// A complete run on a quiet machine writes docs/benchmarks/csp.md and its picture.
    Csp(csp::Args),
    /// Documents: large files up and down in megabytes a second, against the disk and the loopback; memory
    ///
    /// In each round every contestant has its turn. A complete run on a quiet machine writes docs/benchmarks/documents.md
    /// and its picture.
    Documents(documents::Args),
    /// Evaluations of flags against bare actix and Node with flagd's official evaluator
    ///
    /// As for the inventory. A complete run on a quiet machine writes docs/benchmarks/flags.md and its picture.
    Flags(flags::Args),
    /// The status page against bare actix, and while thousands keep it open; `polyops up`
    ///
    /// As for the inventory. A complete run on a quiet machine writes docs/benchmarks/frontend.md and its picture.
    Frontend(frontend::Args),
    /// The inventory API against its limits (bare actix, the disk) and its peers (Flask, FastAPI)
    ///
    /// Server and load generator have a core each. In each round every contestant has its turn, on the same data;
    /// what counts is the median of the rounds. A complete run on a quiet machine writes
    /// docs/benchmarks/inventory.md and its picture. Close other programs first: they take time from the measured ones.
    Inventory(inventory::Args),
    /// Changes told to 2,000 who listen over Socket.IO, against the official server in Node
    ///
    /// As for the inventory. A complete run on a quiet machine writes docs/benchmarks/notifications.md and its picture.
    Notifications(notifications::Args),
    /// PolyStatus: incidents on SQLite and on Redis against bare actix, the disk and redis-benchmark; logins
    ///
    /// As for the inventory. A complete run on a quiet machine writes docs/benchmarks/polystatus.md and its picture.
    Polystatus(polystatus::Args),
    /// The store of documents against the disk and against redis-benchmark; 100,000 documents
    ///
    /// In each round every contestant has its turn. A complete run on a quiet machine writes docs/benchmarks/store.md
    /// and its picture.
    Store(store::Args),
}

/// Measure, print and write down.
pub fn run(what: &Bench) -> anyhow::Result<()> {
    match what {
        Bench::Architectures(args) => architectures::run(args),
        Bench::Backup(args) => backup::run(args),
        Bench::Communications(args) => communications::run(args),
        Bench::Csp(args) => csp::run(args),
        Bench::Documents(args) => documents::run(args),
        Bench::Flags(args) => flags::run(args),
        Bench::Frontend(args) => frontend::run(args),
        Bench::Inventory(args) => inventory::run(args),
        Bench::Notifications(args) => notifications::run(args),
        Bench::Polystatus(args) => polystatus::run(args),
        Bench::Store(args) => store::run(args),
    }
}
