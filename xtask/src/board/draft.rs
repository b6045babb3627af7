//! A new story, written in the form that the board asks for.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use jiff::Timestamp;

use super::kanban::{Kanban, STORIES};
use super::render;
use super::sentence::Sentence;
use super::story::{Priority, Story};

/// The parts of the story, in French: “En tant que <role>, je veux <want> afin de <so-that>.”
#[derive(clap::Args)]
pub struct Args {
    /// A few words for the card: "Compter les serveurs par état"
    #[arg(long)]
    title: String,
    /// The same for readers of English
    #[arg(long)]
    title_en: Option<String>,
    /// Who wants it, in a word or two: DevOps
    #[arg(long)]
    role: String,
    /// What they want: "le nombre de serveurs par état"
    #[arg(long)]
    want: String,
    /// What for: "voir l'état du parc" (afin de or afin d' goes before it)
    #[arg(long)]
    so_that: String,
    /// Something that can be checked when it is done; give the option once for each
    #[arg(long = "criterion", required = true)]
    criteria: Vec<String>,
    /// How much it is needed
    #[arg(long, value_enum, default_value = "should")]
    priority: Priority,
    /// Story points
    #[arg(long)]
    estimate: Option<u32>,
}

/// Write the story, then render the board.
///
/// # Errors
/// When the parts do not make a story, or the file cannot be written.
pub fn run(root: &Path, args: &Args, now: Timestamp) -> Result<()> {
    let kanban = Kanban::load(root)?;
    let id = kanban.stories.iter().map(Story::id).max().unwrap_or(0) + 1;
    let file = format!("{STORIES}/{id:02}-{}.md", slug(&args.title));
    let text = text(id, &kanban.columns.get(0).name, args);
    // by the same reader as always: what it would refuse later is refused now
    let story = Story::parse(file.clone(), text.clone()).map_err(|problem| anyhow!("{}", problem.message))?;
    let told = story.sentence.as_ref().context("the role cannot begin a story: name who wants it")?;
    match Sentence::parse(&told.text) {
        Ok(sentence) if sentence.role == story.front.role.value => {}
        Ok(_) => bail!("the role holds more than a role: name who wants it, in a word or two"),
        Err(why) => bail!("these parts do not make a story: {why}"),
    }
    std::fs::create_dir_all(root.join(STORIES))?;
    std::fs::write(root.join(&file), text).with_context(|| format!("cannot write {file}"))?;
    println!("wrote {file}");
    render::run(root, now)
}

fn text(id: u32, column: &str, args: &Args) -> String {
    let title = one_line(&args.title);
    let mut text = format!("---\nid: {id}\ntitle: {}\n", scalar(&title));
    if let Some(english) = &args.title_en {
        let _ = writeln!(text, "title_en: {}", scalar(&one_line(english)));
    }
    let role = one_line(&args.role);
    let _ = writeln!(text, "column: {}\nrole: {}\npriority: {}", scalar(column), scalar(&role), args.priority.name());
    if let Some(points) = args.estimate {
        let _ = writeln!(text, "estimate: {points}");
    }
    let (want, purpose) = (one_line(&args.want), one_line(&args.so_that));
    let _ = writeln!(
        text,
        "---\n# US-{id} · {title}\n\n> En tant {}, je veux {want} afin {}.\n\n## Critères d'acceptation · Acceptance criteria\n",
        elided("que", &role),
        elided("de", purpose.trim_end_matches('.'))
    );
    for criterion in &args.criteria {
        let _ = writeln!(text, "- [ ] {}", one_line(criterion));
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `de` or `d'`, as French wants it before a vowel or an h; left alone when it is there already.
fn elided(word: &str, text: &str) -> String {
    let short = &word[..word.len() - 1];
    if ["'", "’"].iter().any(|mark| text.starts_with(&format!("{short}{mark}")))
        || text.starts_with(&format!("{word} "))
    {
        return text.to_owned();
    }
    let first = text.chars().next().map(|letter| letter.to_lowercase().collect::<String>()).unwrap_or_default();
    // an acronym is spelt, its first letter has its own sound: que QA, que SysOps, and also que IT
    let acronym = text.chars().take(2).filter(|letter| letter.is_uppercase()).count() == 2;
    if !acronym && "aàâeéèêiîoôuûhyœ".contains(&first) && !first.is_empty() {
        format!("{short}'{text}")
    } else {
        format!("{word} {text}")
    }
}

/// A YAML scalar: plain when that reads back as the same text, else in quotes (a JSON string is one of YAML's).
fn scalar(text: &str) -> String {
    let back = serde_saphyr::from_str::<Vec<String>>(&format!("- {text}\n"));
    if back.is_ok_and(|back| back == [text]) { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// Letters and digits of ASCII with dashes between them: a file name that every system takes.
fn slug(title: &str) -> String {
    let plain = super::columns::without_accents(title);
    let words = plain.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.take(6).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::check;
    use crate::board::testing::Fixture;

    fn args(title: &str, role: &str, so_that: &str) -> Args {
        Args {
            title: title.into(),
            title_en: Some("Count: the servers".into()),
            role: role.into(),
            want: "le nombre de\nserveurs".into(),
            so_that: so_that.into(),
            criteria: vec!["one".into(), "`two`".into()],
            priority: Priority::Could,
            estimate: Some(2),
        }
    }

    #[test]
    fn a_new_story_keeps_the_rules_and_takes_the_next_id() {
        let board = Fixture::new().story(4, "Backlog", 0, 1);
        let args = args("Compter l'état : \"up\" # et down", "SysOps", "voir le parc.");
        run(board.root(), &args, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(check::problems(board.root()).unwrap(), []);
        let text = board.read("kanban/stories/05-compter-l-etat-up-et-down.md");
        assert!(text.contains("> En tant que SysOps, je veux le nombre de serveurs afin de voir le parc.\n"), "{text}");
        let kanban = board.load();
        let story = kanban.story("5").unwrap();
        assert_eq!(story.front.title, "Compter l'état : \"up\" # et down");
        assert_eq!((story.column(), story.front.priority, story.criteria.len()), ("Backlog", Priority::Could, 2));
    }

    #[test]
    fn french_elides_before_a_vowel() {
        for (word, text, expected) in [
            ("de", "automatiser", "d'automatiser"),
            ("de", "d'automatiser", "d'automatiser"),
            ("de", "d’automatiser", "d’automatiser"),
            ("de", "de voir", "de voir"),
            ("de", "écrire", "d'écrire"),
            ("de", "voir", "de voir"),
            ("que", "Administrateur", "qu'Administrateur"),
            ("que", "IT", "que IT"),
            ("que", "QA", "que QA"),
        ] {
            assert_eq!(elided(word, text), expected);
        }
    }

    #[test]
    fn parts_that_make_no_story_are_refused_and_nothing_is_written() {
        let board = Fixture::new();
        for (role, so_that) in [("", "voir"), ("QA", ""), ("QA, je veux tout afin de rien", "voir")] {
            assert!(
                run(board.root(), &args("T", role, so_that), Timestamp::UNIX_EPOCH).is_err(),
                "{role:?} {so_that:?}"
            );
        }
        assert!(!board.path(STORIES).exists());
    }
}
