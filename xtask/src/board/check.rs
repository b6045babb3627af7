//! The rules of the board. `cargo xtask lint` runs them, so a pull request that breaks one does not pass.

use std::path::Path;

use anyhow::Result;

use super::columns;
use super::kanban::Kanban;
use super::markdown;
use super::problem::Problem;
use super::render;
use super::sentence::Sentence;
use super::story::{Story, line_of};

const DEFINITION_OF_DONE: &str = "kanban/definition-of-done.md";
const PULL_REQUEST: &str = ".github/pull_request_template.md";

/// Everything that is wrong on the board under `root`, file by file.
///
/// # Errors
/// When the files cannot be read.
pub fn problems(root: &Path) -> Result<Vec<Problem>> {
    let (kanban, mut problems) = Kanban::read(root)?;
    let Some(kanban) = kanban else { return Ok(problems) };
    for story in &kanban.stories {
        problems.extend(column(&kanban, story));
        problems.extend(sentence(story));
        problems.extend(criteria(&kanban, story));
        problems.extend(proofs(root, story));
        problems.extend(planning(&kanban, story));
    }
    problems.extend(same_ids(&kanban));
    problems.extend(limits(&kanban));
    problems.extend(capacities(&kanban));
    problems.extend(pull_request(root)?);
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    if problems.is_empty() {
        // only when the stories are right, else there is one mistake and two complaints
        problems.extend(drift(root, &kanban)?);
    }
    Ok(problems)
}

fn column(kanban: &Kanban, story: &Story) -> Option<Problem> {
    let (name, columns) = (story.column(), &kanban.columns);
    if columns.exact(name).is_some() {
        return None;
    }
    let message = match columns.find(name) {
        Some(index) => format!("column {name:?} is spelt {:?}: write it so", columns.get(index).name),
        None => format!("unknown column {name:?}: choose one of {}", columns.names()),
    };
    Some(Problem::new(&story.file, line_of(&story.front.column), message))
}

fn sentence(story: &Story) -> Option<Problem> {
    let Some(paragraph) = &story.sentence else {
        let message = "no story sentence: write “En tant que …, je veux … afin de …” in a paragraph of its own";
        return Some(Problem::new(&story.file, story.body_line, message));
    };
    match Sentence::parse(&paragraph.text) {
        Err(why) => {
            let message = format!("{why}: the form is “En tant que …, je veux … afin de …”");
            Some(Problem::new(&story.file, paragraph.line, message))
        }
        Ok(sentence) if sentence.role != story.front.role.value => {
            let message = format!(
                "the role is {:?} here and {:?} in the story's sentence: make them one",
                story.front.role.value, sentence.role
            );
            Some(Problem::new(&story.file, line_of(&story.front.role), message))
        }
        Ok(_) => None,
    }
}

fn criteria(kanban: &Kanban, story: &Story) -> Option<Problem> {
    let done = &kanban.columns.get(kanban.columns.done()).name;
    if story.criteria.is_empty() {
        let message = "no acceptance criterion: say what can be checked, each in a line that begins with - [ ]";
        return Some(Problem::new(&story.file, story.body_line, message));
    }
    let open = story.unmet().filter(|_| story.column() == done)?;
    let message = format!("in {done}, but this criterion is not met: tick it when it is, or move the story back");
    Some(Problem::new(&story.file, open.line, message))
}

/// A ticked box that points to its proof must point to something that is there.
fn proofs(root: &Path, story: &Story) -> Vec<Problem> {
    let file = root.join(&story.file);
    let folder = file.parent().unwrap_or(root);
    let there = |link: &str| {
        let path = link.split('#').next().unwrap_or_default();
        // GitHub takes what begins with a slash from the repository's root
        path.strip_prefix('/').map_or_else(|| folder.join(path), |path| root.join(path)).exists()
    };
    let ticked = story.criteria.iter().filter(|criterion| criterion.done);
    let links = ticked.flat_map(|criterion| criterion.links.iter().map(|link| (criterion.line, link)));
    links
        .filter(|(_, link)| !link.contains("://") && !there(link))
        .map(|(line, link)| {
            let message =
                format!("met, says its box, but its proof {link} is not there: correct the link or untick it");
            Problem::new(&story.file, line, message)
        })
        .collect()
}

fn planning(kanban: &Kanban, story: &Story) -> Option<Problem> {
    let front = &story.front;
    if front.idea && kanban.columns.exact(story.column()).is_some_and(|column| column > 0) {
        let message = "an idea that is worked on is a story: take the line `idea: true` out";
        return Some(Problem::new(&story.file, line_of(&front.column), message));
    }
    let sprint = front.sprint.as_ref()?;
    let message = if !kanban.sprints.iter().any(|known| known.front.id == sprint.value) {
        format!("unknown sprint {}: write kanban/sprints/{:02}.md, or correct the number", sprint.value, sprint.value)
    } else if front.estimate.is_none() {
        "in a sprint without an estimate: estimate it together, then write `estimate: <points>`".to_owned()
    } else {
        return None;
    };
    Some(Problem::new(&story.file, line_of(sprint), message))
}

fn same_ids(kanban: &Kanban) -> Vec<Problem> {
    let pairs = kanban.stories.windows(2).filter(|pair| pair[0].id() == pair[1].id());
    pairs
        .map(|pair| {
            let message = format!("id {} is already that of {}: take the next free one", pair[1].id(), pair[0].file);
            Problem::new(&pair[1].file, line_of(&pair[1].front.id), message)
        })
        .collect()
}

fn limits(kanban: &Kanban) -> Vec<Problem> {
    let over = |(index, column): (usize, &columns::Column)| {
        let (held, limit) = (kanban.in_column(index).count(), column.wip?.get());
        let message =
            format!("{} holds {held} stories, its limit is {limit}: finish one before the next begins", column.name);
        (held > limit).then(|| Problem::new(columns::FILE, column.line, message))
    };
    kanban.columns.iter().enumerate().filter_map(over).collect()
}

fn capacities(kanban: &Kanban) -> Vec<Problem> {
    let over = |sprint: &super::sprint::Sprint| {
        let ((_, planned), capacity) = (kanban.points(sprint), &sprint.front.capacity);
        let message =
            format!("{planned} points are planned, the capacity is {}: take a story out of the sprint", capacity.value);
        (planned > capacity.value).then(|| Problem::new(&sprint.file, line_of(capacity), message))
    };
    kanban.sprints.iter().filter_map(over).collect()
}

/// The pull request template asks for the Definition of Done, all of it and nothing else.
fn pull_request(root: &Path) -> Result<Option<Problem>> {
    if !root.join(DEFINITION_OF_DONE).exists() || !root.join(PULL_REQUEST).exists() {
        return Ok(None);
    }
    let items =
        |file: &str| -> Result<_> { Ok(markdown::outline(&std::fs::read_to_string(root.join(file))?, 0).tasks) };
    let (agreed, asked) = (items(DEFINITION_OF_DONE)?, items(PULL_REQUEST)?);
    let missing = agreed.iter().find(|item| !asked.iter().any(|other| other.text == item.text));
    if let Some(item) = missing {
        let message = format!("{PULL_REQUEST} does not ask for this: copy the line there");
        return Ok(Some(Problem::new(DEFINITION_OF_DONE, item.line, message)));
    }
    let invented = asked.iter().find(|item| !agreed.iter().any(|other| other.text == item.text));
    Ok(invented.map(|item| {
        Problem::new(
            PULL_REQUEST,
            item.line,
            format!("{DEFINITION_OF_DONE} does not hold this: agree on it there first"),
        )
    }))
}

/// Only the page is compared. The diagram hangs on the history, of which a shallow clone holds a part.
fn drift(root: &Path, kanban: &Kanban) -> Result<Option<Problem>> {
    let line = render::first_difference(root, kanban)?;
    let message = "this page does not show the stories as they are: run `cargo xtask board render`";
    Ok(line.map(|line| Problem::new(render::README, line, message)))
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
