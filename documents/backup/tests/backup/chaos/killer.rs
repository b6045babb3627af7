//! Kills the processes at random, in terms of changes: so no time is waited for, and a slow machine sees as much.

use std::sync::Arc;

use testbed::process::{Program, Running};
use testbed::wait;
use tokio::task::spawn_blocking;

use super::AT_LAST;
use super::seeded::Seeded;
use super::writers::Written;

/// Changes between two deaths, at most.
const BETWEEN: usize = 60;

/// Changes for which one stays dead, at most; the API, without which there are none, comes back at once.
const DEAD: usize = 30;

const API: usize = 0;

/// The three, running.
pub struct Killer {
    programs: [Program; 3],
    running: [Running; 3],
}

impl Killer {
    pub fn start(programs: [Program; 3]) -> Self {
        let running = programs.each_ref().map(Program::start);
        Self { programs, running }
    }

    /// Kill one after another until all is written; the three, running again, and how many deaths there were.
    pub async fn run(self, ids: &Arc<Seeded>, written: &Arc<Written>) -> ([Running; 3], usize) {
        let Self { programs, mut running } = self;
        let mut deaths = 0;
        while !written.is_done() {
            reach(written, written.count() + 1 + ids.below::<usize>(BETWEEN)).await;
            let victim: usize = ids.below(3);
            running[victim].kill_9();
            deaths += 1;
            if victim != API {
                reach(written, written.count() + ids.below::<usize>(DEAD)).await;
            }
            let program = programs[victim].clone();
            running[victim] = spawn_blocking(move || program.start()).await.unwrap();
        }
        (running, deaths)
    }
}

/// Wait until so much is written, or all.
async fn reach(written: &Written, count: usize) {
    let reached = async || (written.count() >= count || written.is_done()).then_some(());
    wait::until_async("more changes", AT_LAST, reached).await;
}
