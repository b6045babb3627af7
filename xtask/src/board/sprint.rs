//! A sprint: a goal, two dates, and how much the team can do in between.

use jiff::civil::Date;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::front_matter;
use super::problem::Problem;
use super::story::line_of;

/// What stands between the two `---` of a sprint.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontMatter {
    pub id: u32,
    /// What will be true at its end, in one sentence.
    pub goal: String,
    /// The goal for readers of English.
    pub goal_en: Option<String>,
    /// Its first day.
    pub start: Date,
    /// Its last day.
    pub end: Spanned<Date>,
    /// How many story points the team takes on.
    pub capacity: Spanned<u32>,
}

/// A sprint and the file that tells it.
#[derive(Debug)]
pub struct Sprint {
    /// The file, from the workspace's root.
    pub file: String,
    pub front: FrontMatter,
}

impl Sprint {
    /// # Errors
    /// When the front matter is not a sprint's, or its end comes before its start.
    pub fn parse(file: String, text: &str) -> Result<Self, Problem> {
        let (front, _) = front_matter::read::<FrontMatter>(&file, text)?;
        if front.end.value < front.start {
            let line = line_of(&front.end);
            return Err(Problem::new(&file, line, "the sprint ends before it starts: put one of the dates right"));
        }
        Ok(Self { file, front })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sprint(start: &str, end: &str) -> Result<Sprint, Problem> {
        let text = format!("---\nid: 1\ngoal: G\nstart: {start}\nend: {end}\ncapacity: 20\n---\n");
        Sprint::parse("kanban/sprints/01.md".into(), &text)
    }

    #[test]
    fn a_sprint_has_two_dates() {
        let sprint = sprint("2026-11-23", "2026-12-04").unwrap();
        assert_eq!(sprint.front.start.to_string(), "2026-11-23");
    }

    #[test]
    fn a_day_that_is_not_in_the_calendar_is_refused_on_its_line() {
        assert_eq!(sprint("2026-11-31", "2026-12-04").unwrap_err().line, 4);
    }

    #[test]
    fn an_end_before_the_start_is_refused_on_its_line() {
        let problem = sprint("2026-12-04", "2026-11-23").unwrap_err();
        assert_eq!(problem.line, 5, "{problem}");
        assert!(problem.message.contains("ends before it starts"), "{problem}");
    }
}
