//! The board as GitHub shows it: `kanban/README.md`. It hangs on the files alone, never on the day or the history, so
//! that everybody renders the same page and the lint can compare it.

use std::fmt::Write as _;

use super::columns::Column;
use super::kanban::Kanban;
use super::sprint::Sprint;
use super::story::Story;

const HEAD: &str = "\
<!-- Page écrite par `cargo xtask board render` : modifiez les stories, pas cette page. -->
<!-- Written by `cargo xtask board render`: change the stories, not this page. -->

# Tableau kanban · Kanban board

";

const FOOT: &str = "\
## Flux cumulé · Cumulative flow

![Flux cumulé : le nombre de stories dans chaque colonne au fil du temps. Cumulative flow: stories in each column over time.](cumulative-flow.svg)

Une bande qui s'épaissit est une file d'attente : aidez à finir avant de commencer autre chose.
<br>*A band that grows thick is a queue: help to finish before you begin something else.*

## Travailler avec le tableau · Working with the board

```sh
cargo xtask board show              # le tableau dans le terminal · the board in the terminal
cargo xtask board move US-1 review  # déplacer une story · move a story
cargo xtask board new --help        # en écrire une · write one
cargo xtask board check             # vérifier les règles · check the rules
```

[Definition of Done](definition-of-done.md) · [Rôles · Roles](roles.md) · [Contribuer · Contributing](../CONTRIBUTING.md)
";

/// The page.
pub fn markdown(kanban: &Kanban) -> String {
    let mut page = String::from(HEAD);
    board(&mut page, kanban);
    for sprint in &kanban.sprints {
        section(&mut page, kanban, sprint);
    }
    stories(&mut page, kanban);
    page.push_str(FOOT);
    page
}

/// One column of the table per column of the board; the n-th row holds the n-th card of each.
fn board(page: &mut String, kanban: &Kanban) {
    let columns: Vec<Vec<&Story>> =
        (0..kanban.columns.iter().len()).map(|index| kanban.in_column(index).collect()).collect();
    let heads = kanban.columns.iter().zip(&columns).map(|(column, stories)| column_head(column, stories.len()));
    row(page, heads);
    row(page, columns.iter().map(|_| ":--".to_owned()));
    let deepest = columns.iter().map(Vec::len).max().unwrap_or(0);
    for depth in 0..deepest {
        row(page, columns.iter().map(|stories| stories.get(depth).map_or_else(String::new, |story| card(story))));
    }
    page.push_str(
        "\nSous chaque nom : le nombre de stories / la limite (WIP). \
         *Under each name: how many stories / the limit (WIP).*\n\n",
    );
}

fn column_head(column: &Column, held: usize) -> String {
    let english =
        if column.english == column.name { String::new() } else { format!(" · *{}*", cell(&column.english)) };
    let limit = column.wip.map_or_else(String::new, |limit| format!(" / {limit}"));
    format!("{}{english}<br>{held}{limit}", cell(&column.name))
}

fn card(story: &Story) -> String {
    let front = &story.front;
    let mut card = format!("**[{}]({})** {}", story.name(), story.link(), cell(&front.title));
    if let Some(english) = &front.title_en {
        let _ = write!(card, "<br>*{}*", cell(english));
    }
    let _ = write!(card, "<br><sub>{} · {}", cell(&front.role.value), criteria(story));
    card.push_str(if front.idea { " · idée · idea</sub>" } else { "</sub>" });
    card
}

fn criteria(story: &Story) -> String {
    let (met, all) = (story.met(), story.criteria.len());
    format!("{}{met}/{all}", if met == all { "✔ " } else { "" })
}

fn section(page: &mut String, kanban: &Kanban, sprint: &Sprint) {
    let front = &sprint.front;
    let (done, planned) = kanban.points(sprint);
    let link = sprint.file.strip_prefix("kanban/").unwrap_or(&sprint.file);
    let _ = writeln!(page, "## [Sprint {}]({link}) · {} → {}\n", front.id, front.start, front.end.value);
    page.push_str(&front.goal);
    if let Some(english) = &front.goal_en {
        let _ = write!(page, "\n<br>*{english}*");
    }
    let capacity = front.capacity.value;
    let _ = writeln!(
        page,
        "\n\nPoints : {done} terminés sur {planned}, capacité {capacity}. *Points: {done} of {planned} done, capacity {capacity}.*\n"
    );
}

fn stories(page: &mut String, kanban: &Kanban) {
    page.push_str("## User stories\n\n");
    let mut heads = vec!["Story", "Colonne · Column", "Priorité · Priority", "Points", "Critères · Criteria"];
    // a column of dashes says nothing
    let linked = kanban.stories.iter().any(|story| !links(story).is_empty());
    if linked {
        heads.push("Liens · Links");
    }
    row(page, heads.iter().map(|&head| head.to_owned()));
    row(page, heads.iter().map(|_| ":--".to_owned()));
    for story in &kanban.stories {
        let front = &story.front;
        let told = story.sentence.as_ref().map_or(front.title.as_str(), |sentence| &sentence.text);
        let mut cells = vec![
            format!("**[{}]({})** {}", story.name(), story.link(), cell(told)),
            cell(story.column()),
            front.priority.name().to_owned(),
            front.estimate.map_or_else(|| "–".to_owned(), |points| points.to_string()),
            criteria(story),
        ];
        if linked {
            cells.push(links(story));
        }
        row(page, cells.into_iter());
    }
    page.push('\n');
}

/// Relative to this page as GitHub serves it: `/<owner>/<repository>/blob/<branch>/kanban/README.md`.
fn links(story: &Story) -> String {
    let front = &story.front;
    let mut links = Vec::new();
    links.extend(front.issue.map(|number| format!("[#{number}](../../../issues/{number})")));
    links.extend(front.branch.as_ref().map(|branch| format!("[`{branch}`](../../../tree/{branch})")));
    links.extend(front.pull_request.map(|number| format!("[PR {number}](../../../pull/{number})")));
    links.join(" · ")
}

fn row(page: &mut String, cells: impl Iterator<Item = String>) {
    let _ = writeln!(page, "| {} |", cells.collect::<Vec<_>>().join(" | "));
}

/// Text that cannot end its cell or begin a tag.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::testing::Fixture;

    fn lines(board: &Fixture) -> Vec<String> {
        markdown(&board.load()).lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_card_stands_in_its_column() {
        let board = Fixture::new().story(1, "Backlog", 0, 1).story(2, "Terminé", 1, 0).story(3, "Backlog", 1, 1);
        let page = lines(&board);
        let table = page.iter().position(|line| line.starts_with("| Backlog")).unwrap();
        assert_eq!(page[table], "| Backlog<br>2 | En cours · *In progress*<br>0 / 2 | Terminé · *Done*<br>1 |");
        let first = "| **[US-1](stories/01.md)** Histoire 1<br><sub>QA · 0/1</sub> |  \
                     | **[US-2](stories/02.md)** Histoire 2<br><sub>QA · ✔ 1/1</sub> |";
        assert_eq!(page[table + 2], first);
        assert_eq!(page[table + 3], "| **[US-3](stories/03.md)** Histoire 3<br><sub>QA · 1/2</sub> |  |  |");
    }

    #[test]
    fn what_a_title_holds_cannot_break_the_table() {
        let board = Fixture::new().story(1, "Backlog", 0, 1).edit(1, "Histoire 1", "a | <b>");
        assert!(lines(&board).iter().any(|line| line.contains("a \\| &lt;b>")));
    }

    #[test]
    fn ideas_and_links_are_shown() {
        let board = Fixture::new().story(1, "Backlog", 0, 1).story(2, "Backlog", 0, 1);
        let board = board.edit(1, "sprint: null", "idea: true");
        assert!(!markdown(&board.load()).contains("Links"), "no story has a link yet");
        let page = markdown(&board.edit(2, "sprint: null", "issue: 12\nbranch: feature/x\npull_request: 13").load());
        assert!(page.contains("0/1 · idée · idea</sub>"), "{page}");
        let links = "[#12](../../../issues/12) · [`feature/x`](../../../tree/feature/x) · [PR 13](../../../pull/13)";
        assert!(page.contains(links), "{page}");
    }

    #[test]
    fn a_sprint_shows_its_goal_and_its_points() {
        let board = Fixture::new().sprint(1, 9).story(1, "Terminé", 1, 0).edit(1, "sprint: null", "sprint: 1");
        let page = markdown(&board.load());
        assert!(page.contains("## [Sprint 1](sprints/01.md) · 2026-11-23 → 2026-12-04\n\nLivrer\n"), "{page}");
        assert!(page.contains("Points : 3 terminés sur 3, capacité 9."), "{page}");
    }
}
