//! Links between the documents: whether the file is there, and in it the heading that an anchor names.
//!
//! Links to other places are not tried: they break without a change of ours, and a check that fails by itself is soon
//! ignored.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::files::Files;
use crate::board::problem::{Problem, line_at};
use crate::workspace;

/// A Markdown document, as far as links are concerned.
#[derive(Debug, Default)]
struct Document {
    /// Each with the line that it stands on.
    links: Vec<(usize, String)>,
    /// What a link can name behind its `#`.
    anchors: BTreeSet<String>,
}

/// Check the links of all Markdown files.
///
/// # Errors
/// When one leads nowhere: the message lists them all.
pub fn check(files: &Files) -> Result<()> {
    let mut documents = BTreeMap::new();
    for file in files.below("", &["md"]) {
        let text = std::fs::read_to_string(workspace::root().join(file));
        documents.insert(file.to_owned(), read(&text.with_context(|| format!("cannot read {}", file.display()))?));
    }
    let broken = broken(&documents, |path| files.has(path));
    if broken.is_empty() { Ok(()) } else { bail!(broken.join("\n")) }
}

/// What a link into this document can name behind its `#`.
pub fn anchors_of(text: &str) -> BTreeSet<String> {
    read(text).anchors
}

/// A sentence for each link that leads nowhere. `is_there` knows the files and folders, from the root.
fn broken(documents: &BTreeMap<PathBuf, Document>, is_there: impl Fn(&Path) -> bool) -> Vec<String> {
    let mut broken = Vec::new();
    for (file, document) in documents {
        for (line, link) in document.links.iter().filter(|(_, link)| !leaves(link)) {
            let (path, anchor) = link.split_once('#').map_or((link.as_str(), None), |(path, name)| (path, Some(name)));
            let found = target(file, path).filter(|target| is_there(target));
            let why = match (found, anchor) {
                (None, _) => Some("no such file"),
                (Some(target), Some(anchor)) => {
                    let is_missing = |there: &Document| !there.anchors.contains(anchor);
                    documents.get(&target).is_some_and(is_missing).then_some("no such heading there")
                }
                (Some(_), None) => None,
            };
            if let Some(why) = why {
                broken.push(Problem::new(&file.display().to_string(), *line, format!("{link}: {why}")).to_string());
            }
        }
    }
    broken
}

/// Whether a link has a scheme, as `https:` and `mailto:`.
fn leaves(link: &str) -> bool {
    let scheme = link.split_once(':').map_or("", |(scheme, _)| scheme);
    !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
}

/// Where a path in `file` leads, from the root; none when it leads out of the repository.
fn target(file: &Path, path: &str) -> Option<PathBuf> {
    if path.is_empty() {
        return Some(file.to_owned());
    }
    // GitHub takes a path that begins with a slash from the root
    let path = path.strip_prefix('/').map_or_else(|| file.parent().unwrap_or(Path::new("")).join(path), PathBuf::from);
    let mut target = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => target.push(name),
            Component::ParentDir if target.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(target)
}

fn read(text: &str) -> Document {
    let mut document = Document::default();
    let mut heading: Option<String> = None;
    for (event, place) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                document.links.push((line_at(text, place.start), dest_url.into_string()));
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let anchor = anchor(&heading.take().unwrap_or_default());
                // of headings with one text, each has a number from the second on
                let numbered = (1..).map(|number| format!("{anchor}-{number}"));
                let free = std::iter::once(anchor.clone()).chain(numbered).find(|it| !document.anchors.contains(it));
                document.anchors.extend(free);
            }
            _ => {}
        }
    }
    document
}

/// The name that GitHub gives a heading: small letters, hyphens for spaces, and no other signs.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents() -> BTreeMap<PathBuf, Document> {
        let guide =
            "# The guide\n\n## Été: `cargo run`, now!\n\n## Twice\n\n## Twice\n\n```\n[no link](none.md)\n```\n";
        BTreeMap::from([("docs/guide.md".into(), read(guide))])
    }

    fn wrong(text: &str) -> Vec<String> {
        let mut documents = documents();
        documents.insert("docs/here.md".into(), read(text));
        broken(&documents, |path| {
            let there = ["docs/guide.md", "docs/here.md", "docs", "src/main.rs", "picture.svg"];
            there.iter().any(|known| path == Path::new(known))
        })
    }

    #[test]
    fn what_is_there_is_found_from_the_folder_of_the_document() {
        let right = "# Here\n[a](guide.md) [b](./guide.md#the-guide) [c](../src/main.rs#L3) [d](/docs) [e](#here)\n\
                     | t |\n|---|\n| [f](guide.md#été-cargo-run-now) ![g](../picture.svg) |\n\n[h]\n\n[h]: guide.md#twice-1\n\
                     <https://example.org/none> [i](mailto:somebody@example.org) [j](https://example.org#x)\n";
        assert_eq!(wrong(right), Vec::<String>::new());
    }

    #[test]
    fn each_link_that_leads_nowhere_is_named_with_its_line() {
        assert_eq!(wrong("\nsee\n[it](none.md)"), ["docs/here.md:3: none.md: no such file"]);
        assert_eq!(wrong("[it](guide.md#thrice)"), ["docs/here.md:1: guide.md#thrice: no such heading there"]);
        assert_eq!(wrong("[it](guide.md#twice-2)").len(), 1);
        assert_eq!(wrong("[it](#none)"), ["docs/here.md:1: #none: no such heading there"]);
        assert_eq!(wrong("![it](picture.svg)"), ["docs/here.md:1: picture.svg: no such file"]);
        assert_eq!(wrong("[out](../../etc/passwd)"), ["docs/here.md:1: ../../etc/passwd: no such file"]);
    }
}
