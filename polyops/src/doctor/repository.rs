//! The repository: on a branch, and with line endings that every shell can read.

use std::path::Path;

use super::Finding;
use super::program::{Answer, ask};

/// How many files a line names at most.
const NAMED: usize = 3;

/// What there is to say of the repository that we stand in.
pub async fn look() -> Vec<Finding> {
    let inside = ask("git", &["rev-parse", "--is-inside-work-tree"]).await;
    match inside {
        Answer::Missing => {
            return vec![Finding::warn("git", "no git in PATH", "install the package git")];
        }
        Answer::Refused(reason) if reason.contains("dubious ownership") => {
            let remedy = "`git config --global --add safe.directory \"$PWD\"`, if you trust it";
            return vec![Finding::warn("git", "the repository belongs to somebody else", remedy)];
        }
        Answer::Refused(_) => {
            let remedy = "`git clone` it, or `git init` if it was unpacked from an archive";
            return vec![Finding::warn("git", "this folder is in no repository", remedy)];
        }
        Answer::Said(_) => {}
    }
    let (branch, autocrlf, endings) = tokio::join!(
        ask("git", &["symbolic-ref", "--short", "-q", "HEAD"]),
        ask("git", &["config", "core.autocrlf"]),
        ask("git", &["ls-files", "--eol"]),
    );
    let mut findings = vec![branch_of(&branch)];
    findings.push(line_endings(&autocrlf, &endings));
    findings
}

fn branch_of(answer: &Answer) -> Finding {
    if let Some(branch) = answer.line() {
        return Finding::ok("git", format!("on the branch {branch}"));
    }
    let found = "no branch is checked out: what you commit now is easily lost";
    Finding::warn("git", found, "`git switch -c my-work`")
}

fn line_endings(autocrlf: &Answer, endings: &Answer) -> Finding {
    let scripts: Vec<&str> = match endings {
        Answer::Said(text) => text.lines().filter_map(broken_script).collect(),
        _ => Vec::new(),
    };
    if !scripts.is_empty() {
        let named = scripts.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = if scripts.len() > NAMED { " and others" } else { "" };
        let found = format!("{named}{more}: their lines end with CRLF, and no shell runs them");
        let remedy = "`git config core.autocrlf input`, commit your work, then `git checkout-index --force --all`";
        return Finding::warn("line endings", found, remedy);
    }
    let is_at_risk = match endings {
        Answer::Said(text) => text.lines().any(follows_autocrlf),
        _ => true,
    };
    if autocrlf.line() == Some("true") && is_at_risk {
        let remedy = "`git config --global core.autocrlf input`";
        return Finding::warn("line endings", "git turns LF into CRLF when it checks out", remedy);
    }
    Finding::ok("line endings", "LF")
}

/// Whether `core.autocrlf` decides how the lines of this file end, from a line of `git ls-files --eol`: it has LF, and
/// `.gitattributes` says neither what they are nor that it is no text.
fn follows_autocrlf(line: &str) -> bool {
    let words: Vec<&str> = line.split_once('\t').map_or("", |(about, _)| about).split_whitespace().collect();
    words.contains(&"i/lf") && !words.iter().any(|word| word.starts_with("eol=") || *word == "attr/-text")
}

/// The name of a script with CRLF, from a line of `git ls-files --eol`:
/// `i/lf    w/crlf  attr/text=auto          path`.
fn broken_script(line: &str) -> Option<&str> {
    let (about, path) = line.split_once('\t')?;
    let is_shell = Path::new(path).extension().is_some_and(|extension| extension == "sh");
    let is_script = is_shell || path.starts_with(".ci/") || path.ends_with("Dockerfile");
    let has_crlf = about.split_whitespace().any(|word| word == "w/crlf" || word == "w/mixed");
    (is_script && has_crlf).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn said(text: &str) -> Answer {
        Answer::Said(text.to_owned())
    }

    #[test]
    fn a_script_with_crlf_is_named() {
        let listed = "i/lf    w/lf    attr/                 \tREADME.md\ni/lf    w/crlf  attr/                 \t.ci/run\ni/lf    w/crlf  attr/                 \tdocs/a.md";
        let finding = line_endings(&said("true"), &said(listed));
        assert_eq!(finding.state, State::Warn);
        assert!(finding.found.starts_with(".ci/run: "), "{}", finding.found);
    }

    #[test]
    fn autocrlf_is_warned_of_before_it_hurts() {
        let refused = Answer::Refused(String::new());
        let open = said("i/lf    w/lf    attr/text=auto          \tREADME.md");
        assert_eq!(line_endings(&said("true"), &open).state, State::Warn);
        assert_eq!(line_endings(&said("true"), &refused).state, State::Warn);
        assert_eq!(line_endings(&said("input"), &open).state, State::Ok);
        assert_eq!(line_endings(&refused, &refused).state, State::Ok);
    }

    #[test]
    fn autocrlf_does_nothing_where_gitattributes_decides() {
        let listed =
            "i/lf    w/lf    attr/text=auto eol=lf   \tREADME.md\ni/-text w/-text attr/-text              \tlogo.png";
        assert_eq!(line_endings(&said("true"), &said(listed)).state, State::Ok);
    }

    #[test]
    fn a_head_without_a_branch_is_warned_of() {
        assert_eq!(branch_of(&said("main")).state, State::Ok);
        assert_eq!(branch_of(&Answer::Refused(String::new())).state, State::Warn);
    }
}
