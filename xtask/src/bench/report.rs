//! What was measured, as tables for the terminal and as a page of `docs/benchmarks/`.

use std::fmt::Write as _;

use super::goals::{self, Goal};
use super::machine::Machine;
use super::plot::Plot;
use super::section::Section;
use super::table::Table;

/// What a page is about.
pub struct About {
    /// The word behind `cargo xtask bench`, and the page's name.
    pub name: &'static str,
    /// The page's heading.
    pub title: &'static str,
    /// What is measured, as a paragraph.
    pub text: &'static str,
    /// What the picture shows, for who does not see it.
    pub picture: &'static str,
    /// How long it takes, in words.
    pub takes: &'static str,
    /// What to know of these figures beside what holds for all, as list items; may be empty.
    pub notes: &'static str,
}

/// All there is to tell.
pub struct Report {
    /// What the page is about.
    pub about: &'static About,
    /// On what.
    pub machine: Machine,
    /// How often.
    pub rounds: u32,
    /// How long each time.
    pub seconds: u32,
    /// What was to be reached.
    pub goals: Vec<Goal>,
    /// What was measured.
    pub sections: Vec<Section>,
    /// The same as bars.
    pub plot: Plot,
    /// The share of its core that a server at its limit had, in the round in which it was least; 1 when none was.
    pub least_share: f64,
}

/// A server that is at its limit, with a core of its own, takes nearly all of the core's time.
const UNDISTURBED: f64 = 0.9;

impl Report {
    /// Headings and tables.
    pub fn for_terminal(&self) -> String {
        let mut text = String::new();
        for section in &self.sections {
            write!(text, "{}\n\n{}\n", section.title, section.table.for_terminal()).expect("a string");
        }
        write!(text, "Goals\n\n{}", goal_table(&self.goals).for_terminal()).expect("a string takes what is written");
        if let Some(noise) = self.noise() {
            write!(text, "\n  Note: {noise}.\n").expect("a string takes what is written");
        }
        text
    }

    /// The page.
    pub fn for_markdown(&self) -> String {
        let mut text = self.introduction();
        for section in &self.sections {
            write!(text, "\n## {}\n\n{}\n\n{}", section.title, section.text, section.table.for_markdown())
                .expect("a string takes what is written");
        }
        text + HOW_TO_READ + self.about.notes
    }

    fn introduction(&self) -> String {
        let Machine { processor, cores, kernel, file_system, busy, date } = &self.machine;
        let (rounds, seconds) = (self.rounds, self.seconds);
        let verdict =
            goals::missed(&self.goals).map_or_else(|| "All goals were met.".to_owned(), |missed| missed + ".");
        let noise = self.noise().map_or_else(String::new, |noise| format!("\n> **Note**: {noise}.\n"));
        let About { name, title, text, picture, takes, .. } = self.about;
        format!(
            "\
# {title}

<!-- written by `cargo xtask bench {name}`: measure again, do not edit -->

{text} Every figure is measured side by side with a limit or a peer in the same run, so that what counts is the ratio: it
travels to other machines, the figure does not.

![{picture} The tables below hold the same figures.]({name}.svg)
{noise}
To repeat it, on Linux with two free cores, in {takes}:

```sh
cargo xtask bench {name}
```

| measured on | {date} |
| --- | --- |
| processor | {processor}, {cores} cores |
| kernel | {kernel} |
| file system | {file_system} |
| other load | {:.0} % of the cores' time, in the second before |
| rounds | {rounds} of {seconds} s for each contestant, in turn; medians |

## Goals

{verdict}

{}",
            busy * 100.0,
            goal_table(&self.goals).for_markdown()
        )
    }

    /// Why the figures are not to be trusted; none when they are.
    fn noise(&self) -> Option<String> {
        let least = self.least_share;
        if self.machine.is_busy() {
            let busy =
                format!("other programs took {:.0} % of the machine before the first round", self.machine.busy * 100.0);
            let core = format!(", and in one round a server had its core for only {:.0} % of the time", least * 100.0);
            let core = if least < UNDISTURBED { core } else { String::new() };
            return Some(format!("{busy}{core}. Measure again on a quiet machine"));
        }
        (least < UNDISTURBED).then(|| {
            format!(
                "in one round a server had its core for only {:.0} % of the time: another program was on it, or the \
                 load generator could not ask for more",
                least * 100.0
            )
        })
    }
}

fn goal_table(goals: &[Goal]) -> Table {
    let mut table = Table::new(&["what", "measured", "goal", "met"]);
    for goal in goals {
        let met = if goal.met { "✓" } else { "✗" };
        table.row(vec![goal.what.clone(), goal.measured.clone(), goal.asked.clone(), met.to_owned()]);
    }
    table
}

const HOW_TO_READ: &str = "
## How to read this

- Server and load generator have one core each, by `taskset`; `wrk` asks for the next answer as soon as it has one. So
  requests a second is what one core can serve, and p50 and p99 are those of a server that is at its limit: with 64
  connections always waiting, p50 is close to 64 divided by the rate. They compare servers; they do not tell what a
  visitor of a server with room to spare waits.
- Contestants take turns, and each turn is a fresh start of the program: a machine that slows down for a while slows
  down all of them. A ratio is taken within each round, and what stands in the tables is the median over the rounds;
  so a ratio can differ a little from that of two medians. `rounds` tells how far the furthest round lies from the median.
- Before each measured load there is one second of the same load that does not count, so that all are warm.
- `CPU` is the server's processor time, its own and the kernel's for it, divided by the requests it answered. It moves
  less than the rate does when something else runs on the machine.
- Memory is what the kernel counts as resident, added up over the server's processes; what two processes share counts
  twice. A megabyte is a million bytes.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_goal_has_its_cross() {
        let goal =
            |met| Goal { what: "speed".to_owned(), measured: "0.5".to_owned(), asked: "≥ 0.9".to_owned(), met };
        let text = goal_table(&[goal(true), goal(false)]).for_terminal();
        assert!(text.contains("≥ 0.9    ✓") && text.contains("≥ 0.9    ✗"), "{text}");
    }
}
