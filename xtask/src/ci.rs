//! Everything that must pass before a change lands, with a table at the end: the same on a laptop and in the pipeline.

use anyhow::{Result, bail};
use indicatif::HumanDuration;

use crate::stopwatch::Stopwatch;
use crate::{docker, images, lint, test};

/// Everything that must pass before a change lands.
#[derive(clap::Args)]
pub struct Args {}

/// Whether nobody looks on: every hosted pipeline sets this variable.
pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false")
}

type Step = fn() -> Result<()>;

/// `cargo xtask ci`
pub fn run(_: &Args) -> Result<()> {
    // held until the end: what it starts serves all the steps, and ends with them
    let _engine = docker::ensure("the tests and the images")?;
    let steps: [(&str, Step); 3] = [
        ("test", || test::run(&test::Args::default())),
        ("lint", || lint::run(&lint::Args::default())),
        ("images", || images::run(&images::Args::default())),
    ];
    let mut rows = Vec::new();
    for (name, step) in steps {
        println!("\n=== {name} ===");
        let started = Stopwatch::start();
        let result = step();
        if let Err(error) = &result {
            eprintln!("{name} failed: {error:#}");
        }
        rows.push((name, result.is_ok(), started.elapsed()));
    }
    println!("\n=== all ===");
    for (name, passed, took) in &rows {
        println!("{name:<8} {:<7} {}", if *passed { "passed" } else { "FAILED" }, HumanDuration(*took));
    }
    let failed: Vec<&str> = rows.iter().filter(|(_, passed, _)| !passed).map(|(name, ..)| *name).collect();
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}
