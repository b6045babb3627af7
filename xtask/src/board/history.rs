//! Where each story stood at each commit, asked of git.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::front_matter;
use super::kanban::STORIES;
use crate::command::{CommandExt, command};

/// What git can tell.
#[derive(Debug)]
pub enum History {
    /// Every change since the first commit, oldest first.
    Whole(Vec<Change>),
    /// Why it cannot tell, and what to do.
    Missing(String),
}

/// A commit changed a story's file.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// When its author made it, in Unix seconds. The author's time and not the committer's: a rebase keeps it.
    pub at: i64,
    pub file: String,
    /// The column that the story names from then on; none when the file was deleted or names none.
    pub column: Option<String>,
}

/// Read the history of the stories under `root`: two calls of git, however many commits there are.
///
/// # Errors
/// When git starts and then fails.
pub fn read(root: &Path) -> Result<History> {
    let Ok(shallow) = git(root).args(["rev-parse", "--is-shallow-repository"]).read() else {
        return Ok(History::Missing("git knows no repository here, so there is no history to draw".into()));
    };
    if shallow == "true" {
        let why = "this clone is shallow and lacks the older commits: `git fetch --unshallow` brings them";
        return Ok(History::Missing(why.into()));
    }
    if !git(root).args(["rev-parse", "--quiet", "--verify", "HEAD"]).succeeds() {
        return Ok(History::Missing("there is no commit yet, so there is no history to draw".into()));
    }
    let log = git(root)
        // a file that is renamed is one deleted and one added: the story goes on under the other name
        .args(["-c", "log.showRoot=true", "log", "--reverse", "--author-date-order", "--no-show-signature"])
        .args(["--raw", "--no-abbrev", "--no-renames", "--format=@%at", "--"])
        .arg(format!(":(glob){STORIES}/*.md"))
        .read()?;
    let edits = edits(&log)?;
    if edits.is_empty() {
        return Ok(History::Missing("no commit holds a story yet, so there is no history to draw".into()));
    }
    let versions = versions(root, edits.iter().filter_map(|edit| edit.blob.as_deref()))?;
    let mut versions = versions.iter();
    let changes = edits.into_iter().map(|edit| Change {
        at: edit.at,
        file: edit.file,
        column: edit.blob.and_then(|_| versions.next()).and_then(|text| front_matter::column(text)),
    });
    Ok(History::Whole(changes.collect()))
}

/// Git, asked about `root` itself: inside a git hook, the environment names another repository.
fn git(root: &Path) -> Command {
    let mut git = command("git");
    git.current_dir(root).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    git
}

struct Edit {
    at: i64,
    file: String,
    /// The content's name in git; none when the file was deleted.
    blob: Option<String>,
}

/// `@time`, then a line per file: `:100644 100644 <old> <new> M<tab>path`.
fn edits(log: &str) -> Result<Vec<Edit>> {
    let mut at = 0;
    let mut edits = Vec::new();
    for line in log.lines() {
        if let Some(seconds) = line.strip_prefix('@') {
            at = seconds.parse().with_context(|| format!("git gave {seconds:?} as a time"))?;
        } else if let Some((fields, file)) = line.strip_prefix(':').and_then(|line| line.split_once('\t')) {
            let mut fields = fields.split(' ').skip(3);
            let (Some(blob), Some(status)) = (fields.next(), fields.next()) else { bail!("git gave {line:?}") };
            let blob = (status != "D").then(|| blob.to_owned());
            edits.push(Edit { at, file: file.to_owned(), blob });
        }
    }
    Ok(edits)
}

/// The texts of `blobs`, in their order, from one `git cat-file --batch`.
fn versions<'a>(root: &Path, blobs: impl Iterator<Item = &'a str>) -> Result<Vec<String>> {
    let wanted: String = blobs.flat_map(|blob| [blob, "\n"]).collect();
    let mut child = git(root)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start `git cat-file`")?;
    let mut stdin = child.stdin.take().context("git has no input")?;
    // from another thread: git answers before it has read all, and both pipes are small
    let asking = std::thread::spawn(move || stdin.write_all(wanted.as_bytes()));
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("`git cat-file` failed: {}", output.status);
    }
    asking.join().map_err(|_| anyhow::anyhow!("cannot ask git"))?.context("cannot ask git")?;
    texts(&output.stdout)
}

/// `<name> blob <size>`, a newline, that many bytes, a newline; and again.
fn texts(mut output: &[u8]) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    while let Some(end) = output.iter().position(|byte| *byte == b'\n') {
        let header = String::from_utf8_lossy(&output[..end]);
        let size = header.rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
        let size = size.with_context(|| format!("git gave {header:?}"))?;
        let text = output.get(end + 1..end + 1 + size).context("git's answer is cut off")?;
        texts.push(String::from_utf8_lossy(text).into_owned());
        output = output.get(end + 2 + size..).unwrap_or_default();
    }
    Ok(texts)
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
