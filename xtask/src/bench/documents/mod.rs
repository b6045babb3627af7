//! `cargo xtask bench documents`: large files up and down against the disk and the loopback, and the memory they take.

mod goals;
pub mod limits;
mod picture;
mod sections;
pub mod transfer;

use anyhow::{Result, ensure};

use super::contestant::Contestant;
use super::figures::{Rounds, float};
use super::lab::Lab;
use super::report::{About, Report};
use super::server::Server;
use super::session::Session;
use transfer::{Pieces, download, upload};

/// How much to measure.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    session: Session,
    /// MiB of each file
    #[arg(long, default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    mib: u32,
    /// MiB of the file with which memory is measured
    #[arg(long, default_value_t = 2048, value_parser = clap::value_parser!(u32).range(1..=4096))]
    memory_mib: u32,
}

/// MiB that a page in the documentation needs at least.
const COMPLETE: (u32, u32) = (512, 2048);

const ABOUT: About = About {
    name: "documents",
    title: "Benchmark of documents",
    text: "Large files go up to the documents API and down again, one at a time: against a program that writes the same \
           bytes to the same disk and syncs them, and against the bare loopback.",
    picture: "Bars: megabytes a second up and down, and those of the limits.",
    takes: "about two minutes",
    notes: "\
- Up: from the connection to the answer, which comes when the file is synced, its checksum known, and its version committed.
  The disk's own figure is that of as many bytes, written by a program in pieces of as many, and synced at the end.
- Down: files lie in the page cache, for the service and for the program that reads them: no disk is in these figures.
- The loopback's figure is that of two threads of one program, on the core of the load.
- `wrk` is not used here: the load is one connection of `xtask` itself.
",
};

/// Megabytes a second, in each round.
pub struct Outcome {
    /// Of the disk alone, synced.
    pub written: Rounds,
    /// Of a program that reads a file from the page cache.
    pub read: Rounds,
    /// Of the loopback.
    pub loopback: Rounds,
    /// Of uploads.
    pub up: Rounds,
    /// Of downloads.
    pub down: Rounds,
    /// The most resident bytes, before and after one upload of so many MiB and its download.
    pub memory: (f64, f64, u32),
}

/// Measure, print the tables, and write the report.
pub fn run(args: &Args) -> Result<()> {
    let cores = Session::prepare()?;
    let (folder, _) = super::contestant::build(&["documents-api"])?;
    let service = |lab: &Lab, name: &str| {
        let database = format!("sqlite:{}", lab.file(&format!("{name}.db")).display());
        let content = lab.file(name).display().to_string();
        let set = [("DATABASE_URL", database), ("CONTENT_FOLDER", content), ("API_TOKEN", transfer::TOKEN.to_owned())];
        let also = [("HOST", "127.0.0.1"), ("PORT", "{port}"), ("LOG_LEVEL", "error"), ("WORKERS", "1")];
        let also = also.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = set.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(also).collect();
        let program = folder.join("documents-api");
        Contestant { name: "documents-api".to_owned(), program, arguments: vec![], environment }
    };
    let (lab, machine) = args.session.open(cores, |rounds| rounds * 5 + 1)?;
    let server = lab.start(&service(&lab, "files"))?;
    let rates = measure(&lab, &server, args.mib)?;
    drop(server);
    lab.announce("memory");
    let server = lab.start(&service(&lab, "memory"))?;
    let idle = server.usage()?.peak;
    let pieces = Pieces::of(args.memory_mib, u32::MAX);
    let id = upload(&server, "memory", pieces)?.id;
    ensure!(download(&server, id)?.bytes == pieces.bytes(), "the large file came back shorter than it went");
    let memory = (float(idle), float(server.usage()?.peak), args.memory_mib);
    drop(server);
    lab.advance();
    lab.close();
    let outcome = Outcome { memory, ..rates };
    let (rounds, seconds) = args.session.size();
    let report = Report {
        about: &ABOUT,
        machine,
        rounds,
        seconds,
        goals: goals::of(&outcome),
        sections: vec![
            sections::up(&outcome, args.mib),
            sections::down(&outcome, args.mib),
            sections::memory(&outcome),
        ],
        plot: picture::of(&outcome),
        // one connection waits for the disk: no core is at its limit
        least_share: 1.0,
    };
    args.session.tell(&report, args.mib >= COMPLETE.0 && args.memory_mib >= COMPLETE.1)
}

fn measure(lab: &Lab, server: &Server, mib: u32) -> Result<Outcome> {
    let (mut written, mut read, mut loopback, mut up, mut down) = (vec![], vec![], vec![], vec![], vec![]);
    for round in 0..lab.rounds {
        // other bytes in each round: content that is there already would not be kept twice
        let pieces = Pieces::of(mib, round);
        lab.announce("the disk");
        let file = lab.file("limit");
        written.push(limits::write(&file, pieces)?);
        lab.advance();
        read.push(limits::read(&file)?);
        std::fs::remove_file(&file)?;
        lab.advance();
        lab.announce("the loopback");
        loopback.push(limits::loopback(pieces)?);
        lab.advance();
        lab.announce("an upload");
        let uploaded = upload(server, &format!("round-{round}"), pieces)?;
        up.push(uploaded.rate);
        lab.advance();
        lab.announce("a download");
        let downloaded = download(server, uploaded.id)?;
        ensure!(downloaded.bytes == pieces.bytes(), "a file came back shorter than it went");
        down.push(downloaded.rate);
        lab.advance();
    }
    let [written, read, loopback, up, down] = [written, read, loopback, up, down].map(Rounds::new);
    Ok(Outcome { written, read, loopback, up, down, memory: (0.0, 0.0, 0) })
}
