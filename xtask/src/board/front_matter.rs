//! The YAML block at the top of a Markdown file. GitHub shows it as a table above the text.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// Read the front matter of `text`, and say at which byte the Markdown begins.
///
/// # Errors
/// When there is none, or it does not hold what `T` asks for: the problem, on its line of the file.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<(T, usize), Problem> {
    let (yaml, body) = split(text).ok_or_else(|| {
        Problem::new(file, 1, "no front matter: begin the file with its fields between two lines of ---")
    })?;
    let value = serde_saphyr::from_str(yaml).map_err(|error| {
        let line = error.location().and_then(|place| usize::try_from(place.line()).ok()).unwrap_or(1);
        Problem::new(file, line.max(1), message(&error))
    })?;
    Ok((value, body))
}

/// The column that a story's file names, and nothing else: for versions from the past, whose other fields may have
/// been others.
pub fn column(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct OnlyColumn {
        column: String,
    }
    let (yaml, _) = split(text)?;
    serde_saphyr::from_str::<OnlyColumn>(yaml).ok().map(|front| front.column)
}

/// The YAML with its opening `---`, so that the parser counts lines as the file does, and the byte after the closing one.
fn split(text: &str) -> Option<(&str, usize)> {
    let mut lines = text.split_inclusive('\n');
    let mut end = lines.next().filter(|line| line.trim_end() == "---")?.len();
    for line in lines {
        if line.trim_end() == "---" {
            return Some((&text[..end], end + line.len()));
        }
        end += line.len();
    }
    None
}

/// The parser's own sentence, without the excerpt that it draws and without the place, which the problem has.
fn message(error: &serde_saphyr::Error) -> String {
    let said = error.without_snippet().to_string();
    let said = said.split(" at line ").next().unwrap_or_default().trim();
    format!("bad front matter: {}", said.strip_prefix("error: ").unwrap_or(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Front {
        id: u32,
    }

    #[test]
    fn the_markdown_begins_after_the_second_dashes() {
        let text = "---\nid: 7\n---\n# Title\n";
        let (front, body) = read::<Front>("a.md", text).unwrap();
        assert_eq!((front.id, &text[body..]), (7, "# Title\n"));
    }

    #[test]
    fn windows_line_ends_are_read_too() {
        let text = "---\r\nid: 7\r\n---\r\n# Title\r\n";
        let (front, body) = read::<Front>("a.md", text).unwrap();
        assert_eq!((front.id, &text[body..]), (7, "# Title\r\n"));
    }

    #[test]
    fn a_file_without_front_matter_is_a_problem() {
        for text in ["", "# Title\n", "---\nid: 7\n", "text\n---\nid: 7\n---\n"] {
            assert!(read::<Front>("a.md", text).unwrap_err().message.contains("no front matter"), "{text}");
        }
    }

    #[test]
    fn an_error_names_the_field_and_its_line() {
        let problem = read::<Front>("a.md", "---\nid: 7\ncolour: red\n---\n").unwrap_err();
        assert_eq!(problem.to_string(), "a.md:3: bad front matter: unknown field `colour`, expected one of id");
        let problem = read::<Front>("a.md", "---\n\n\nid: many\n---\n").unwrap_err();
        assert_eq!(problem.line, 4, "{problem}");
        let problem = read::<Front>("a.md", "---\nid: 1\nid: 2\n---\n").unwrap_err();
        assert_eq!(problem.line, 3, "{problem}");
    }

    #[test]
    fn a_version_from_the_past_needs_its_column_only() {
        assert_eq!(column("---\nkind: story\ncolumn: Review\n---\n").as_deref(), Some("Review"));
        assert_eq!(column("---\nkind: story\n---\n"), None);
        assert_eq!(column("column: Review\n"), None);
    }
}
