//! Running other programs, with errors that name the program and what it said.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// What `cargo run` tells the program that it starts of its package. Build scripts of dependencies look at these names:
/// with them, a cargo that we call would compile `ring`, and all that stands on it, again after each one called by hand.
const OF_OUR_PACKAGE: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

/// A command that is ready to run, started in the workspace's root.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::workspace::root());
    for (name, _) in std::env::vars_os() {
        if OF_OUR_PACKAGE.iter().any(|start| name.to_string_lossy().starts_with(start)) {
            command.env_remove(name);
        }
    }
    command
}

/// What `Command` lacks: run to the end, and turn a failure into an error that names the command.
pub trait CommandExt {
    /// Run with our own output; an exit code other than 0 is an error.
    fn run(&mut self) -> Result<()>;
    /// Run and give back what it wrote to standard output, without the newline at the end.
    /// On failure, the error holds what it wrote to standard error.
    fn read(&mut self) -> Result<String>;
    /// Run in silence; on failure, the error holds all that it wrote.
    fn quiet(&mut self) -> Result<()>;
    /// Run in silence, and tell whether it ended with exit code 0. A program that is not there is a `false`.
    fn succeeds(&mut self) -> bool;
}

impl CommandExt for Command {
    fn run(&mut self) -> Result<()> {
        let status = self.status().with_context(|| cannot_start(self))?;
        if !status.success() {
            bail!("`{}` failed: {status}", shown(self));
        }
        Ok(())
    }

    fn read(&mut self) -> Result<String> {
        let output = self.stdin(Stdio::null()).output().with_context(|| cannot_start(self))?;
        if !output.status.success() {
            bail!(
                "`{}` failed: {}\n{}",
                shown(self),
                output.status,
                String::from_utf8_lossy(&output.stderr).trim_end()
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    fn quiet(&mut self) -> Result<()> {
        let output = self.stdin(Stdio::null()).output().with_context(|| cannot_start(self))?;
        if !output.status.success() {
            bail!(
                "`{}` failed: {}\n{}{}",
                shown(self),
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr).trim_end()
            );
        }
        Ok(())
    }

    fn succeeds(&mut self) -> bool {
        self.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
    }
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`: is it installed?", command.get_program().display())
}

fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
