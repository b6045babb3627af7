//! The kanban board, kept as files: one Markdown file per user story under `kanban/stories/`, its state in the front
//! matter, its history in git. A card that moves is a commit, reviewed like any other.
//!
//! Read in this order: [`columns`] and [`story`] (what lies on the board), [`kanban`] (the board read from the files),
//! [`check`] (its rules), [`transition`] (a card moves), then what shows it: [`show`], [`readme`], and for the cumulative
//! flow [`history`], [`flow`] and [`diagram`].

mod check;
mod columns;
mod diagram;
mod draft;
mod flow;
mod front_matter;
mod history;
mod kanban;
mod markdown;
mod plot;
pub mod problem;
mod readme;
mod render;
mod sentence;
mod show;
mod sprint;
mod story;
#[cfg(test)]
mod testing;
mod ticks;
mod transition;

use std::path::Path;

use anyhow::{Result, bail};
use jiff::Timestamp;

use crate::workspace;

/// What one can do with the board.
#[derive(clap::Subcommand)]
pub enum Board {
    /// Print the board in the terminal
    Show,
    /// Write kanban/README.md and kanban/cumulative-flow.svg from the stories and their history
    Render,
    /// Move a story to another column, and render the board again
    Move(transition::Args),
    /// Check the rules: columns, criteria, story sentences, limits, links (part of `cargo xtask lint`)
    Check,
    /// Write a new story into the first column
    New(draft::Args),
}

/// Do it.
///
/// # Errors
/// When the board's files cannot be read or written, or a rule of the board forbids it.
pub fn run(board: &Board) -> Result<()> {
    let root = workspace::root();
    match board {
        Board::Show => show::run(root),
        Board::Render => render::run(root, Timestamp::now()),
        Board::Move(args) => transition::run(root, args, Timestamp::now()),
        Board::Check => check(root),
        Board::New(args) => draft::run(root, args, Timestamp::now()),
    }
}

fn check(root: &Path) -> Result<()> {
    let problems = check::problems(root)?;
    if problems.is_empty() {
        println!("The board keeps its rules.");
        return Ok(());
    }
    for problem in &problems {
        eprintln!("{problem}");
    }
    bail!("the board breaks {} of its rules, listed above", problems.len())
}
