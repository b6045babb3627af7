//! The second scenario: the page is read while many keep it open, and while it changes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::super::figures::{Rounds, count, float, time};
use super::super::lab::Lab;
use super::super::plot::{Bar, Chart, Kind, LESS};
use super::super::server::Server;
use super::super::wrk::{self, Load};
use super::built::{Built, announce, knows};
use super::readers::Readers;
use super::reads::CONNECTIONS;

/// How many keep the page open.
pub const CROWDS: [u32; 3] = [0, 1_000, 10_000];
/// Seconds that 99 in 100 answers stay below, while the page is open everywhere.
pub const P99: f64 = 0.010;
/// Announcements in each round, one after the other.
const ANNOUNCEMENTS: u32 = 5;

/// So many keep the page open.
pub struct Crowd {
    /// How many.
    pub readers: u32,
    /// Pages a second beside them.
    pub per_second: Rounds,
    /// Seconds that 99 in 100 answers stayed below, while nothing changed.
    pub quiet: Rounds,
    /// The same, with an announcement each second.
    pub changing: Rounds,
    /// Seconds until 99 in 100 readers had seen an announcement, the worst of a round; none without readers.
    pub seen: Option<Rounds>,
    /// Bytes of memory for each reader; none without readers.
    pub memory: Option<Rounds>,
    /// Answers that were none.
    pub failed: u64,
}

impl Crowd {
    /// As tables call it.
    pub fn name(&self) -> String {
        if self.readers == 0 { "nobody".to_owned() } else { count(f64::from(self.readers)) }
    }
}

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds * 2 * 3
}

#[derive(Default)]
struct Figures {
    per_second: Vec<f64>,
    quiet: Vec<f64>,
    changing: Vec<f64>,
    seen: Vec<f64>,
    memory: Vec<f64>,
    failed: u64,
}

/// Measure.
///
/// # Errors
/// When the page does not run, or turns readers away.
pub fn measure(lab: &Lab, built: &Built) -> Result<Vec<Crowd>> {
    let communications = built.communications(lab)?;
    let page = built.frontend(lab, &communications);
    let mut all = CROWDS.map(|_| Figures::default());
    for _ in 0..lab.rounds {
        for (readers, figures) in CROWDS.into_iter().zip(&mut all) {
            lab.announce(&format!("{readers} keep the page open"));
            let server = lab.start(&page)?;
            knows(lab, &server)?;
            let round = round(lab, built, &communications, &server, readers, figures);
            round.with_context(|| format!("with {readers} who keep the page open"))?;
        }
    }
    let crowds = CROWDS.into_iter().zip(all).map(|(readers, figures)| Crowd {
        readers,
        per_second: Rounds::new(figures.per_second),
        quiet: Rounds::new(figures.quiet),
        changing: Rounds::new(figures.changing),
        seen: (readers > 0).then(|| Rounds::new(figures.seen)),
        memory: (readers > 0).then(|| Rounds::new(figures.memory)),
        failed: figures.failed,
    });
    Ok(crowds.collect())
}

fn round(
    lab: &Lab,
    built: &Built,
    communications: &Server,
    page: &Server,
    readers: u32,
    figures: &mut Figures,
) -> Result<()> {
    let load = Load { connections: CONNECTIONS, seconds: lab.seconds, script: None };
    // all of them have sent the page at least once before memory is looked at
    wrk::run(&Load { seconds: 1, ..load }, &page.url("/"), lab.cores)?;
    let before = page.usage()?.resident;
    let mut open = if readers > 0 { Some(Readers::open(lab, built, page, readers)?) } else { None };
    if readers > 0 {
        figures.memory.push(float(page.usage()?.resident.saturating_sub(before)) / f64::from(readers));
    }
    let quiet = wrk::run(&load, &page.url("/"), lab.cores)?;
    lab.advance();
    let done = AtomicBool::new(false);
    let changing = std::thread::scope(|scope| {
        let changes = scope.spawn(|| -> Result<()> {
            let mut number = 0;
            while !done.load(Ordering::Relaxed) {
                number += 1;
                announce(lab, communications, 0, &format!("Step {number} is done."), "identified")?;
                sleep(Duration::from_secs(1));
            }
            Ok(())
        });
        let changing = wrk::run(&load, &page.url("/"), lab.cores);
        done.store(true, Ordering::Relaxed);
        changes.join().expect("it does not panic").and(changing)
    })?;
    lab.advance();
    figures.per_second.push(quiet.per_second);
    figures.quiet.push(quiet.p99.as_secs_f64());
    figures.changing.push(changing.p99.as_secs_f64());
    figures.failed += quiet.failed() + changing.failed();
    if let Some(open) = &mut open {
        let mut worst = 0.0_f64;
        for number in 0..ANNOUNCEMENTS {
            let word = format!("news-{readers}-{number}");
            let seen = open.see(&word, || announce(lab, communications, 0, &word, "identified"))?;
            ensure!(seen.half <= seen.nearly_all && seen.nearly_all <= seen.last, "times out of order: {seen:?}");
            worst = worst.max(seen.nearly_all / 1e6);
        }
        figures.seen.push(worst);
    }
    Ok(())
}

/// The time that 99 in 100 readers wait, as bars.
pub fn chart(crowds: &[Crowd]) -> Chart {
    let bar = |crowd: &Crowd| {
        let figure = crowd.quiet.median();
        let goal = (crowd.readers > 0).then_some(P99);
        Bar { name: crowd.name(), figure, label: time(figure), kind: Kind::Ours, goal }
    };
    Chart {
        title: "99 in 100 pages within, while so many keep it open".to_owned(),
        better: LESS,
        bars: crowds.iter().map(bar).collect(),
    }
}
