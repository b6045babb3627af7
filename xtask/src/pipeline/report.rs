//! What a job tells the people who look at its run, and the jobs after it.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The files through which a job speaks. Without them, as on a developer's machine, it speaks to the terminal alone.
#[derive(clap::Args)]
pub struct Report {
    /// The file to which the run's summary is appended, in Markdown
    #[arg(long = "summary", value_name = "FILE", env = "GITHUB_STEP_SUMMARY")]
    summary: Option<PathBuf>,
    /// The file to which values for later jobs are appended
    #[arg(long = "output", value_name = "FILE", env = "GITHUB_OUTPUT")]
    output: Option<PathBuf>,
}

impl Report {
    /// Say it on the terminal and in the run's summary.
    ///
    /// # Errors
    /// When the summary's file cannot be written.
    pub fn say(&self, markdown: &str) -> Result<()> {
        println!("{markdown}");
        self.summary.as_deref().map_or(Ok(()), |file| append(file, markdown))
    }

    /// Hand a value to later jobs.
    ///
    /// # Errors
    /// When the file cannot be written, or the value has several lines.
    pub fn output(&self, name: &str, value: &str) -> Result<()> {
        // a second line would be read as another value: whoever can choose it could set any
        ensure!(!value.contains(['\n', '\r']), "the output {name} has several lines");
        self.output.as_deref().map_or(Ok(()), |file| append(file, &format!("{name}={value}")))
    }
}

fn append(file: &Path, line: &str) -> Result<()> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .and_then(|mut file| writeln!(file, "{line}"))
        .with_context(|| format!("cannot write {}", file.display()))
}
