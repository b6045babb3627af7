//! One check: a name, what to run, and what came of it.

use std::fmt::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;

use crate::stopwatch::Stopwatch;

/// Something to be found out. It runs once, on any thread.
pub struct Check<'a> {
    name: &'static str,
    work: Box<dyn FnOnce() -> Outcome + Send + 'a>,
}

/// What came of it, and what to tell.
struct Outcome {
    verdict: Verdict,
    said: String,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The rule is kept.
    Passed,
    /// It is broken, or could not be checked.
    Failed,
    /// It needs what cannot be reached from here, and may be left to a machine that can. Never silent.
    NotRun,
}

/// A check's line in the table.
pub struct Row {
    /// The check's name.
    pub name: &'static str,
    /// What came of it.
    pub verdict: Verdict,
    took: Duration,
    said: String,
}

impl<'a> Check<'a> {
    /// A command that says by its exit code whether the rule is kept. What it writes is shown when it is not.
    pub fn command(name: &'static str, command: Command) -> Self {
        Self::all(name, vec![command])
    }

    /// Several commands that check one thing together.
    pub fn all(name: &'static str, commands: Vec<Command>) -> Self {
        let work = || commands.into_iter().map(captured).fold(Outcome::passed(), |all, one| all.and(&one));
        Self { name, work: Box::new(work) }
    }

    /// A command whose progress is worth watching: it writes to the terminal while it runs.
    pub fn visible(name: &'static str, mut command: Command) -> Self {
        let work = move || {
            println!("{name} …");
            let verdict =
                if command.status().is_ok_and(|status| status.success()) { Verdict::Passed } else { Verdict::Failed };
            Outcome { verdict, said: String::new() }
        };
        Self { name, work: Box::new(work) }
    }

    /// A check of our own.
    pub fn function(name: &'static str, function: impl FnOnce() -> Result<()> + Send + 'a) -> Self {
        let work = || match function() {
            Ok(()) => Outcome::passed(),
            Err(error) => Outcome { verdict: Verdict::Failed, said: format!("{error:#}") },
        };
        Self { name, work: Box::new(work) }
    }

    /// This check, if `first` succeeds. If not, it is not run, or has failed where `required`; `why` tells.
    pub fn only_if(self, mut first: Command, required: bool, why: &'static str) -> Self {
        let work = move || {
            let output = captured_quietly(&mut first);
            if output.verdict == Verdict::Passed {
                return (self.work)();
            }
            let verdict = if required { Verdict::Failed } else { Verdict::NotRun };
            Outcome { verdict, said: why.to_owned() }
        };
        Self { name: self.name, work: Box::new(work) }
    }

    /// Find out.
    pub fn run(self) -> Row {
        let started = Stopwatch::start();
        let Outcome { verdict, said } = (self.work)();
        Row { name: self.name, verdict, took: started.elapsed(), said }
    }
}

impl Row {
    /// Whether the whole fails with it.
    pub fn has_failed(&self) -> bool {
        self.verdict == Verdict::Failed
    }
}

impl Outcome {
    fn passed() -> Self {
        Self { verdict: Verdict::Passed, said: String::new() }
    }

    fn and(self, other: &Self) -> Self {
        let verdict = if other.verdict == Verdict::Passed { self.verdict } else { other.verdict };
        Self { verdict, said: self.said + &other.said }
    }
}

/// What each check said that did not pass, then a line for each.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    // writing to a String cannot fail
    for row in rows.iter().filter(|row| row.verdict != Verdict::Passed && !row.said.is_empty()) {
        let _ = writeln!(text, "\n── {} ──\n{}", row.name, row.said.trim_end());
    }
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    let _ = writeln!(text, "\n{:width$}  result   seconds", "check");
    for row in rows {
        let verdict = match row.verdict {
            Verdict::Passed => "ok",
            Verdict::Failed => "FAILED",
            Verdict::NotRun => "NOT RUN",
        };
        let _ = writeln!(text, "{:width$}  {verdict:7}  {:7.1}", row.name, row.took.as_secs_f64());
    }
    text.push('\n');
    text
}

fn captured(mut command: Command) -> Outcome {
    captured_quietly(&mut command)
}

fn captured_quietly(command: &mut Command) -> Outcome {
    match command.stdin(Stdio::null()).output() {
        Ok(output) => {
            let verdict = if output.status.success() { Verdict::Passed } else { Verdict::Failed };
            let said = [output.stdout, output.stderr].concat();
            Outcome { verdict, said: String::from_utf8_lossy(&said).into_owned() }
        }
        Err(error) => {
            let said = format!("cannot start `{}`: {error}\n", command.get_program().display());
            Outcome { verdict: Verdict::Failed, said }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn what_a_failed_check_says_is_shown() {
        let row = Check::command("yaml", shell("echo wrong indentation; exit 1")).run();
        assert!(row.has_failed());
        assert!(table(&[row]).contains("── yaml ──\nwrong indentation"));
    }

    #[test]
    fn a_check_that_cannot_start_has_failed() {
        assert!(Check::command("none", Command::new("no-such-linter")).run().has_failed());
    }

    #[test]
    fn each_of_several_commands_is_run() {
        let row = Check::all("schemas", vec![shell("exit 1"), shell("echo second; exit 1"), shell("true")]).run();
        assert!(row.has_failed() && row.said.contains("second"));
    }

    #[test]
    fn what_cannot_be_run_is_told_and_fails_where_it_is_required() {
        let check = |required| Check::command("advisories", shell("true")).only_if(shell("exit 1"), required, "no way");
        let row = check(false).run();
        assert_eq!(row.verdict, Verdict::NotRun);
        let table = table(&[row]);
        assert!(table.contains("no way") && table.contains("NOT RUN"), "{table}");
        assert_eq!(check(true).run().verdict, Verdict::Failed);
    }
}
