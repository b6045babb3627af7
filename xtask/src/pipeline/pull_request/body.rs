//! The pull request's title and text. The part between two marks is ours and kept up to date; all else belongs to the
//! people who work on it, who tick the boxes and add their words.

use std::fmt::Write;

use serde_json::Value;

use crate::workspace;

const START: &str = "<!-- commits: the pipeline keeps this part up to date -->";
const END: &str = "<!-- end of commits -->";
/// More are counted, not listed: a list that nobody reads to its end helps nobody, and a text has at most 65,536 signs.
const LISTED: usize = 50;
/// Where the team keeps its Definition of Done.
const DEFINITION_OF_DONE: &str = "kanban/definition-of-done.md";

/// What the pull request says.
pub struct Body {
    head: String,
    base: String,
    commits: u64,
    /// The part between the marks, with them.
    ours: String,
}

impl Body {
    /// From what the API says about the difference between the two branches.
    pub fn new(comparison: &Value, head: &str, base: &str, link: &str) -> Self {
        let commits = comparison["ahead_by"].as_u64().unwrap_or_default();
        let ours = list(comparison, commits, link);
        Self { head: head.to_owned(), base: base.to_owned(), commits, ours }
    }

    /// How many commits there are to merge.
    pub fn commits(&self) -> u64 {
        self.commits
    }

    /// The title of a new pull request.
    pub fn title(&self) -> String {
        let plural = if self.commits == 1 { "" } else { "s" };
        format!("{}: {} commit{plural}", self.prefix(), self.commits)
    }

    /// The title of one that is open: ours is brought up to date, a person's stays.
    pub fn refreshed_title(&self, open: &str) -> String {
        if open.starts_with(&self.prefix()) { self.title() } else { open.to_owned() }
    }

    /// The text of a new pull request.
    pub fn fresh(&self) -> String {
        let checklist = std::fs::read_to_string(workspace::root().join(DEFINITION_OF_DONE)).unwrap_or_default();
        let boxes: String = checklist.lines().filter_map(unticked).collect();
        if boxes.is_empty() {
            return self.ours.clone();
        }
        format!("{}\n\n## Definition of Done\n\n{boxes}", self.ours)
    }

    /// The text of one that is open, with our part brought up to date. Where people wrote their own text without it,
    /// it is not forced upon them.
    pub fn refreshed(&self, open: &str) -> String {
        if open.trim().is_empty() {
            return self.fresh();
        }
        let part = open.find(START).and_then(|start| {
            let end = open[start..].find(END)?;
            Some(start..start + end + END.len())
        });
        part.map_or_else(
            || open.to_owned(),
            |part| format!("{}{}{}", &open[..part.start], self.ours, &open[part.end..]),
        )
    }

    fn prefix(&self) -> String {
        format!("{} → {}", self.head, self.base)
    }
}

fn list(comparison: &Value, commits: u64, link: &str) -> String {
    let all = comparison["commits"].as_array().map(Vec::as_slice).unwrap_or_default();
    // a merge says nothing that its commits do not say
    let shown: Vec<&Value> = all.iter().filter(|commit| !is_merge(commit)).take(LISTED).collect();
    let mut text = format!("{START}\n## What is in it\n\n");
    for commit in &shown {
        let sha = commit["sha"].as_str().unwrap_or_default();
        let subject = commit["commit"]["message"].as_str().unwrap_or_default().lines().next().unwrap_or_default();
        let author = commit["commit"]["author"]["name"].as_str().unwrap_or_default();
        // writing to a String cannot fail
        let _ = writeln!(text, "- {} {} ({})", sha.get(..7).unwrap_or(sha), inert(subject), inert(author));
    }
    let left = commits.saturating_sub((shown.len() + all.iter().filter(|commit| is_merge(commit)).count()) as u64);
    if left > 0 {
        let _ = writeln!(text, "- … and {left} more");
    }
    let _ = write!(text, "\n[All changes]({link})\n{END}");
    text
}

fn is_merge(commit: &Value) -> bool {
    commit["parents"].as_array().is_some_and(|parents| parents.len() > 1)
}

/// A commit's words, without effect on the page: no tag, no comment that could end our part, nobody notified.
fn inert(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for sign in words.chars() {
        match sign {
            '<' => text.push_str("&lt;"),
            '@' => text.push_str("@\u{200b}"),
            '[' | ']' | '`' | '*' | '_' | '|' | '\\' => text.extend(['\\', sign]),
            sign if sign.is_control() => {}
            sign => text.push(sign),
        }
    }
    text
}

/// An item of the Definition of Done as a box to tick.
fn unticked(line: &str) -> Option<String> {
    let item = line.strip_prefix("- ")?;
    let item = item.strip_prefix("[ ] ").or_else(|| item.strip_prefix("[x] ")).unwrap_or(item);
    Some(format!("- [ ] {item}\n"))
}
