//! Style and rules: everything that a machine can see without running the software.
//!
//! All checks run, whatever the first one says: whoever mends a change wants to know all that is wrong with it. The
//! table at the end has a row for each. Read in this order: [`checks`] (what is checked), [`programs`] (with what),
//! [`check`] (how they run and what is said).

mod alerts;
mod check;
mod checks;
mod files;
mod kubernetes;
mod links;
mod programs;

use anyhow::{Result, bail};

use self::check::{Row, Verdict};
use self::files::Files;
use self::programs::Programs;
use crate::command::{CommandExt, command};

/// Check style and rules.
#[derive(clap::Args, Default)]
pub struct Args {
    /// First repair what can be repaired: formatting, and what clippy knows how to rewrite
    #[arg(long)]
    fix: bool,
    /// Fail where the database of known vulnerabilities cannot be fetched, instead of saying so at the end
    #[arg(long)]
    require_advisories: bool,
}

/// Run every check.
///
/// # Errors
/// When one fails: the message names all that did.
pub fn run(args: &Args) -> Result<()> {
    if args.fix {
        command("cargo").args(["fmt", "--all"]).run()?;
        command("cargo")
            .args(["clippy", "--fix", "--workspace", "--all-targets", "--allow-dirty", "--allow-staged"])
            .run()?;
    }
    let rows = rows(args)?;
    print!("{}", check::table(&rows));
    let failed: Vec<&str> = rows.iter().filter(|row| row.has_failed()).map(|row| row.name).collect();
    let not_run = rows.iter().filter(|row| row.verdict == Verdict::NotRun).count();
    if !failed.is_empty() {
        bail!("{} of {} checks failed: {}", failed.len(), rows.len(), failed.join(", "));
    }
    println!(
        "{} checks passed{}",
        rows.len() - not_run,
        if not_run > 0 { format!(", {not_run} could not be run here") } else { String::new() }
    );
    Ok(())
}

/// The linters run beside cargo's own checks, which take most of the time and would only wait for one another.
fn rows(args: &Args) -> Result<Vec<Row>> {
    let files = Files::read()?;
    let programs = Programs::install();
    let (linters, slow) = match &programs {
        Ok(programs) => (checks::linters(programs, &files), checks::dependencies(programs, args.require_advisories)),
        // the row says why; the rest goes on
        Err(error) => (vec![checks::unavailable(error)], Vec::new()),
    };
    let slow = checks::cargo().into_iter().chain(slow).chain(checks::ours(&files));
    std::thread::scope(|scope| {
        let linters: Vec<_> = linters.into_iter().map(|linter| scope.spawn(move || linter.run())).collect();
        let mut rows: Vec<Row> = slow.map(check::Check::run).collect();
        for linter in linters {
            rows.push(linter.join().map_err(|_| anyhow::anyhow!("a linter's thread ended early"))?);
        }
        Ok(rows)
    })
}
