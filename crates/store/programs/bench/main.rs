//! What `cargo xtask bench store` measures: each call does one thing, and prints its figures as one line of JSON.

mod load;
mod subject;
mod write;

use std::error::Error;

use clap::{Parser, Subcommand};
use store::StoreUrl;

#[derive(Parser)]
#[command(about = "Measure the store; `cargo xtask bench store` calls this")]
struct Cli {
    /// The storage
    url: StoreUrl,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Put so many documents into it
    Fill {
        /// How many
        documents: u32,
    },
    /// Open it, and read from it
    Load,
    /// Write one document after another
    Write {
        /// How many writers there are at a time
        writers: usize,
        /// How long, in seconds
        seconds: u32,
    },
    /// Write on one replica, and wait until another shows it
    Follow {
        /// How often
        times: u32,
    },
    /// Show the script of a commit, with a beginning by which it can be called again and again with the same words
    Script,
}

// one thread, as a limit that is alone with its connection has
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    let figures = match cli.what {
        What::Fill { documents } => load::fill(&cli.url, documents).await?,
        What::Load => load::load(&cli.url).await?,
        What::Write { writers, seconds } => write::write(&cli.url, writers, seconds).await?,
        What::Follow { times } => write::follow(&cli.url, times).await?,
        What::Script => write::script(),
    };
    println!("{figures}");
    Ok(())
}
