//! Asks another program something.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// How long a program may take to answer: a Docker client waits that long for a daemon that hangs.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a program said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This, on its standard output.
    Said(String),
    /// That it cannot, in the first line of its complaint.
    Refused(String),
    /// Nothing: there is no such program in `PATH`.
    Missing,
}

/// Run `program`, and read what it says.
pub async fn ask(program: &str, arguments: &[&str]) -> Answer {
    let mut command = Command::new(program);
    // in English, whatever the user's language: some answers are read by us
    command.args(arguments).env("LC_ALL", "C").stdin(Stdio::null()).kill_on_drop(true);
    let output = match timeout(PATIENCE, command.output()).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => return Answer::Missing,
        Ok(Err(error)) => return Answer::Refused(error.to_string()),
        Err(_) => return Answer::Refused(format!("no answer in {} seconds", PATIENCE.as_secs())),
    };
    if output.status.success() {
        return Answer::Said(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let line = complaint.lines().find(|line| !line.trim().is_empty()).unwrap_or("it does not say why");
    Answer::Refused(line.chars().filter(|c| !c.is_control()).take(200).collect())
}

impl Answer {
    /// The first line of what was said.
    pub fn line(&self) -> Option<&str> {
        match self {
            Self::Said(text) => text.lines().next(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_says_something_or_refuses_or_is_missing() {
        assert_eq!(ask("echo", &["one"]).await, Answer::Said("one".to_owned()));
        assert_eq!(ask("sh", &["-c", "echo no >&2; exit 3"]).await, Answer::Refused("no".to_owned()));
        assert_eq!(ask("polyops-no-such-program", &[]).await, Answer::Missing);
    }
}
