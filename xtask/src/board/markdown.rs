//! What the board reads in a Markdown text: paragraphs and the boxes of task lists.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::problem::line_at;

/// The parts that the board looks at.
#[derive(Debug, Default)]
pub struct Outline {
    /// Every paragraph, its line breaks turned into spaces.
    pub paragraphs: Vec<Paragraph>,
    /// Every `- [ ]` and `- [x]`.
    pub tasks: Vec<Task>,
}

/// Running text.
#[derive(Debug)]
pub struct Paragraph {
    pub line: usize,
    pub text: String,
}

/// An item of a task list.
#[derive(Debug)]
pub struct Task {
    pub line: usize,
    /// Whether its box is ticked.
    pub done: bool,
    pub text: String,
    /// Where its links lead.
    pub links: Vec<String>,
}

/// Read the Markdown of `text`, which begins at the byte `body`. The parser follows the rules that GitHub follows, so
/// a box inside a code block, which GitHub shows as text, is text here too.
pub fn outline(text: &str, body: usize) -> Outline {
    let mut outline = Outline::default();
    let mut paragraph: Option<Paragraph> = None;
    let mut task: Option<Task> = None;
    for (event, place) in Parser::new_ext(&text[body..], Options::ENABLE_TASKLISTS).into_offset_iter() {
        let line = line_at(text, body + place.start);
        match event {
            Event::Start(Tag::Paragraph) => paragraph = Some(Paragraph { line, text: String::new() }),
            Event::End(TagEnd::Paragraph) => {
                outline.paragraphs.extend(paragraph.take());
                outline.tasks.extend(task.take());
            }
            Event::TaskListMarker(done) => task = Some(Task { line, done, text: String::new(), links: Vec::new() }),
            // a nested list begins items of its own
            Event::Start(Tag::List(_)) | Event::End(TagEnd::Item) => outline.tasks.extend(task.take()),
            Event::Start(Tag::Link { dest_url, .. }) => {
                if let Some(task) = &mut task {
                    task.links.push(dest_url.into_string());
                }
            }
            Event::Text(words) | Event::Code(words) => say(&mut paragraph, &mut task, &words),
            Event::SoftBreak | Event::HardBreak => say(&mut paragraph, &mut task, " "),
            _ => {}
        }
    }
    outline
}

fn say(paragraph: &mut Option<Paragraph>, task: &mut Option<Task>, words: &str) {
    if let Some(paragraph) = paragraph {
        paragraph.text.push_str(words);
    }
    if let Some(task) = task {
        task.text.push_str(words.trim_start_matches(|c: char| task.text.is_empty() && c == ' '));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_found_with_their_line_state_and_links() {
        let text = "---\n---\n# T\n\n- [x] one, see [it](a.rs)\n- [ ] `two`\n  goes on\n  - [X] nested\n- three\n";
        let tasks = outline(text, 8).tasks;
        let seen: Vec<_> = tasks.iter().map(|task| (task.line, task.done, task.text.as_str())).collect();
        assert_eq!(seen, [(5, true, "one, see it"), (6, false, "two goes on"), (8, true, "nested")]);
        assert_eq!(tasks[0].links, ["a.rs"]);
    }

    #[test]
    fn boxes_with_blank_lines_between_them_are_found() {
        let tasks = outline("- [ ] one\n\n- [x] two\n", 0).tasks;
        assert_eq!(tasks.iter().map(|task| task.text.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    }

    #[test]
    fn a_box_in_a_code_block_is_text() {
        assert!(outline("```markdown\n- [ ] one\n```\n", 0).tasks.is_empty());
    }

    #[test]
    fn a_quoted_paragraph_is_one_line_of_text() {
        let paragraphs = outline("# T\n\n> En tant\n> que *QA*\n", 0).paragraphs;
        assert_eq!((paragraphs[0].line, paragraphs[0].text.as_str()), (3, "En tant que QA"));
    }
}
