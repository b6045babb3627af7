//! Every service of PolyOps in one process: the modular monolith.
//!
//! The services know nothing of one another, and nothing of this program: each is a [`chassis::Service`], with its own
//! port, its own storage, its own threads and its own figures. What they share here is the process, one way for events
//! within it, the log, and the moment at which they end. The same code runs as containers elsewhere: what is built here
//! is the wiring and nothing else.
//!
//! Read in this order: [`cli`], what can be said; [`members`], which services there are; [`wiring`], how they find one
//! another; [`up`], from the first port to the last drained request. [`doctor`], [`status`] and [`demo`] stand alone.

pub mod cli;
pub mod data;
pub mod demo;
pub mod doctor;
pub mod holder;
pub mod members;
pub mod ports;
pub mod probe;
pub mod running;
pub mod signals;
pub mod status;
pub mod table;
pub mod up;
pub mod wiring;

use std::process::ExitCode;

use chassis::StartError;
use clap::{CommandFactory, FromArgMatches};

use crate::cli::{Cli, Command};

/// The `main` of this program: read the command line, and do what it says.
pub fn run() -> ExitCode {
    let command = match chassis::settings::defaults_from_files(Cli::command()) {
        Ok(command) => command,
        Err(sentence) => {
            eprintln!("polyops: {sentence}");
            return ExitCode::FAILURE;
        }
    };
    let cli = Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit());
    let done = match cli.command.unwrap_or_else(|| Command::Up(Box::new(cli.up))) {
        Command::Up(up) => up::run(&up),
        Command::Status(selection) => block_on(status::print(&selection)),
        Command::Doctor(doctor) => block_on(doctor::print(&doctor)),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("polyops: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One thread is enough for what is done here: each service has its own.
fn block_on<T>(work: impl Future<Output = Result<T, StartError>>) -> Result<T, StartError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
