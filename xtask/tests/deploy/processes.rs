//! Programs that a test runs beside itself, and ends.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// A program that runs until this value goes, with a file that holds what it says.
pub struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    pub fn start(mut command: Command, log: &Path) -> Self {
        let file = File::create(log).unwrap();
        let child = command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap_or_else(
            |error| {
                panic!("{}: {error}; `cargo xtask test` sets up what the tests need", command.get_program().display())
            },
        );
        Self { child, log: log.to_owned() }
    }

    /// Wait until it says `words`, at most ten seconds. Gives back the rest of that line, or `None` if it ended.
    pub fn says(&mut self, words: &str) -> Option<String> {
        for _ in 0..200 {
            let log = std::fs::read_to_string(&self.log).unwrap();
            if let Some((_, rest)) = log.split_once(words)
                && let Some((line, _)) = rest.split_once('\n')
            {
                return Some(line.to_owned());
            }
            if self.child.try_wait().unwrap().is_some() {
                return None;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("it never said `{words}`:\n{}", self.log());
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
