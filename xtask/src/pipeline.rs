//! What the jobs of the CI/CD pipeline run. The workflow says when; what is done stands here, where it can be tested
//! and tried by hand. `docs/pipeline.md` tells the story.
//!
//! Read in this order: [`pull_request`] (on `develop`), then [`pack`] → [`publish`] → [`deploy`] (on `main`).
//! Whatever the hosting platform says to a job comes as a setting, named as the platform names it, so that a test can
//! put a server of its own in its place.

mod deploy;
mod github;
mod pack;
mod publish;
mod pull_request;
mod release;
mod report;

use anyhow::Result;

/// What the jobs of the CI/CD pipeline run.
#[derive(clap::Subcommand)]
pub enum Pipeline {
    /// Open the pull request from develop to main, or refresh the one that is open
    PullRequest(Box<pull_request::Args>),
    /// Save the images that were built and tested, so that a later job publishes those very ones
    Pack(pack::Args),
    /// Push the packed images to the registry, and note their digests
    Publish(Box<publish::Args>),
    /// Run the published digests on a server, and go back to the previous ones when they fail
    Deploy(Box<deploy::Args>),
}

/// Do it.
///
/// # Errors
/// When it cannot be done: the message says what to do about it.
pub fn run(what: &Pipeline) -> Result<()> {
    match what {
        Pipeline::PullRequest(args) => pull_request::run(args),
        Pipeline::Pack(args) => pack::run(args),
        Pipeline::Publish(args) => publish::run(args),
        Pipeline::Deploy(args) => deploy::run(args),
    }
}
