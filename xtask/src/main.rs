//! What a developer of `PolyOps` runs, and the pipeline too: `cargo xtask --help`.
//!
//! Each subcommand is a module of the same name. The workflows under `.github/` hold no logic of their own: whatever
//! they do, anyone can do here.

mod base_images;
mod bench;
mod board;
mod ci;
mod command;
mod docker;
mod images;
mod lint;
mod openapi;
mod pipeline;
mod stopwatch;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a developer of PolyOps runs. Start with `cargo xtask test`.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every test: sets up what they need first, and says what it does
    Test(test::Args),
    /// Check style and rules: formatting, clippy, licences, workflows, Dockerfile, board
    Lint(lint::Args),
    /// Build the container image of each service and print their sizes
    Images(images::Args),
    /// Make the base images from Debian packages, where no container registry can be reached
    BaseImages(base_images::Args),
    /// Measure a service against its peers, side by side
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Show the kanban board, move a story, check the rules
    #[command(subcommand)]
    Board(board::Board),
    /// Write each service's swagger.yaml from its code
    Openapi(openapi::Args),
    /// What the jobs of the CI/CD pipeline run on the hosting platform
    #[command(subcommand)]
    Pipeline(pipeline::Pipeline),
    /// Everything that must pass before a change lands: lint, test, images
    Ci(ci::Args),
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // the sentence alone: where in our code it was made helps nobody who reads it
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Test(args) => test::run(&args),
        Task::Lint(args) => lint::run(&args),
        Task::Images(args) => images::run(&args),
        Task::BaseImages(args) => base_images::run(&args),
        Task::Bench(bench) => bench::run(&bench),
        Task::Board(board) => board::run(&board),
        Task::Openapi(args) => openapi::run(&args),
        Task::Pipeline(pipeline) => pipeline::run(&pipeline),
        Task::Ci(args) => ci::run(&args),
    }
}
