//! The third scenario: how many people can log in, and what a flood of logins does to everybody else.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::super::figures::{Rounds, float};
use super::super::lab::Lab;
use super::super::server::Server;
use super::super::wrk::{self, Load, Summary};
use super::contestants::{ADMIN, Built};
use crate::workspace;

/// Clients that log in again and again: one, which waits for nothing but its answer; 64, which pause between, so that
/// together they ask for about twice what a core can hash; 64 that do not.
pub const CLIENTS: [Clients; 3] =
    [Clients { count: 1, pause: 0 }, Clients { count: 64, pause: 600 }, Clients { count: 64, pause: 0 }];
/// What everybody else asks for, on so many connections.
pub const OTHER: &str = "/.well-known/jwks.json";
/// Connections of everybody else.
pub const OTHERS: usize = 4;

/// Some who log in.
#[derive(Clone, Copy)]
pub struct Clients {
    /// How many.
    pub count: usize,
    /// How long each waits before it asks again, in milliseconds.
    pub pause: u32,
}

impl Clients {
    /// Whether they ask as fast as they are answered, refusals included.
    fn floods(self) -> bool {
        self.count > 1 && self.pause == 0
    }
}

/// What was seen.
pub struct Outcome {
    /// Logins a second that succeeded, for each kind of clients.
    pub succeeded: [Rounds; 3],
    /// Logins a second that were refused early, for each kind of clients.
    pub refused: [Rounds; 3],
    /// Seconds that 99 in 100 answers to everybody else stayed below, without logins.
    pub quiet: Rounds,
    /// The same during a flood of 64 clients without a pause.
    pub flooded: Rounds,
}

/// How many runs it takes.
pub fn runs(rounds: u32) -> u32 {
    rounds * 5
}

/// Measure.
///
/// # Errors
/// When the service does not run, or nobody can log in.
pub fn measure(lab: &Lab, built: &Built) -> Result<Outcome> {
    let service = built.users("users", &format!("sqlite:{}", lab.file("login.db").display()));
    let (mut succeeded, mut refused) = ([vec![], vec![], vec![]], [vec![], vec![], vec![]]);
    let (mut quiet, mut flooded) = (vec![], vec![]);
    for _ in 0..lab.rounds {
        let server = lab.start(&service)?;
        let (email, password) = ADMIN;
        let credentials = json!({"email": email, "password": password});
        lab.http.post(&server.url("/api/v1/auth/login"), None, &credentials).context("the first login")?;
        for (place, clients) in CLIENTS.into_iter().enumerate() {
            lab.announce(&format!("{} logging in", clients.count));
            let seen = logins(lab, &server, clients, lab.seconds)?;
            // a flood without a pause asks for hundreds of times what a core can hash, and may leave nothing
            ensure!(seen.requests > seen.refused || clients.floods(), "nobody could log in");
            let share = float(seen.refused) / float(seen.requests);
            succeeded[place].push(seen.per_second * (1.0 - share));
            refused[place].push(seen.per_second * share);
            lab.advance();
        }
        lab.announce("everybody else");
        quiet.push(others(lab, &server)?);
        lab.advance();
        // it begins a moment before, and ends a moment after what is measured
        let during = std::thread::scope(|scope| {
            let flood = scope.spawn(|| logins(lab, &server, CLIENTS[2], lab.seconds + 2));
            std::thread::sleep(std::time::Duration::from_secs(1));
            let during = others(lab, &server);
            flood.join().expect("it does not panic").and(during)
        });
        flooded.push(during?);
        lab.advance();
    }
    let (succeeded, refused) = (succeeded.map(Rounds::new), refused.map(Rounds::new));
    Ok(Outcome { succeeded, refused, quiet: Rounds::new(quiet), flooded: Rounds::new(flooded) })
}

fn logins(lab: &Lab, server: &Server, clients: Clients, seconds: u32) -> Result<Summary> {
    let script = workspace::root().join("tests/bench/login.lua");
    let arguments = [ADMIN.0.to_owned(), ADMIN.1.to_owned(), clients.pause.to_string()];
    let load = Load { connections: clients.count, seconds, script: Some((&script, &arguments)) };
    wrk::run(&load, &server.url("/api/v1/auth/login"), lab.cores)
}

/// The time that 99 in 100 answers stayed below, in seconds.
fn others(lab: &Lab, server: &Server) -> Result<f64> {
    let load = Load { connections: OTHERS, seconds: lab.seconds, script: None };
    let seen = wrk::run(&load, &server.url(OTHER), lab.cores)?;
    ensure!(seen.failed() == 0, "{} requests of everybody else failed", seen.failed());
    Ok(seen.p99.as_secs_f64())
}
