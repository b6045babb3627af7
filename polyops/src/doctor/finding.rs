//! What was found, and how it is told.

use std::fmt::Write;

use serde::Serialize;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// Something will not work that `up` does not need.
    Warn,
    /// `up` will not work.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in a word: scripts know it by this.
    pub check: &'static str,
    /// How it stands.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to do; nothing when all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    /// Whether `up` can be expected to work.
    pub fit: bool,
    /// Everything that was looked at.
    pub findings: &'a [Finding],
}

impl Finding {
    /// All is well.
    pub fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, state: State::Ok, found: found.into(), remedy: None }
    }

    /// Something else than `up` will not work.
    pub fn warn(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, state: State::Warn, found: found.into(), remedy: Some(remedy.into()) }
    }

    /// `up` will not work.
    pub fn fail(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, state: State::Fail, found: found.into(), remedy: Some(remedy.into()) }
    }
}

impl<'a> Document<'a> {
    /// The document of these findings.
    pub fn of(findings: &'a [Finding]) -> Self {
        Self { fit: is_fit(findings), findings }
    }
}

/// Whether nothing fails that `up` needs.
pub fn is_fit(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.state != State::Fail)
}

/// A line for each.
pub fn lines(findings: &[Finding]) -> String {
    let mut text = String::new();
    for Finding { check, state, found, remedy } in findings {
        let state = match state {
            State::Ok => "ok  ",
            State::Warn => "warn",
            State::Fail => "FAIL",
        };
        let remedy = remedy.as_ref().map(|remedy| format!("; {remedy}")).unwrap_or_default();
        // writing into a String does not fail
        let _ = writeln!(text, "{state}  {check:14} {found}{remedy}");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_get_lines_and_scripts_a_document() {
        let findings =
            [Finding::ok("memory", "3 GB are free"), Finding::warn("docker", "is not there", "install docker.io")];
        let expected = "ok    memory         3 GB are free\nwarn  docker         is not there; install docker.io\n";
        assert_eq!(lines(&findings), expected);
        let document = serde_json::to_value(Document::of(&findings)).unwrap();
        assert_eq!(document["fit"], json!(true));
        let warned =
            json!({"check": "docker", "state": "warn", "found": "is not there", "remedy": "install docker.io"});
        assert_eq!(document["findings"][1], warned);
    }

    #[test]
    fn only_a_failure_makes_unfit() {
        assert!(is_fit(&[Finding::warn("git", "", "")]));
        assert!(!is_fit(&[Finding::ok("git", ""), Finding::fail("ports", "", "")]));
    }
}
