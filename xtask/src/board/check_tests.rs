use crate::board::check;
use crate::board::testing::{COLUMNS, Fixture};

#[test]
fn a_board_that_keeps_its_rules_has_no_problem() {
    let board = Fixture::new().sprint(1, 3).story(1, "Backlog", 0, 1).story(2, "Terminé", 2, 0);
    assert_eq!(board.edit(1, "sprint: null", "sprint: 1").problems(), []);
}

#[test]
fn an_unknown_column_is_a_problem() {
    let problem = Fixture::new().story(1, "Doing", 0, 1).problem();
    let said = "kanban/stories/01.md:4: unknown column \"Doing\": choose one of Backlog, En cours, Terminé";
    assert_eq!(problem.to_string(), said);
}

#[test]
fn a_column_in_another_spelling_is_a_problem() {
    let problem = Fixture::new().story(1, "en-cours", 0, 1).problem();
    assert!(problem.message.contains("is spelt \"En cours\""), "{problem}");
}

#[test]
fn a_story_without_its_sentence_is_a_problem() {
    let problem = Fixture::new().story(1, "Backlog", 0, 1).edit(1, "En tant que QA", "Comme QA").problem();
    assert_eq!((problem.line, problem.message.starts_with("no story sentence")), (10, true), "{problem}");
}

#[test]
fn a_sentence_of_another_form_is_a_problem() {
    let problem = Fixture::new().story(1, "Backlog", 0, 1).edit(1, "afin de", "pour").problem();
    assert_eq!((problem.line, problem.message.contains("afin de")), (12, true), "{problem}");
}

#[test]
fn a_role_that_differs_from_the_sentence_is_a_problem() {
    let problem = Fixture::new().story(1, "Backlog", 0, 1).edit(1, "role: QA", "role: SysOps").problem();
    assert_eq!((problem.line, problem.message.contains("\"QA\" in the story's sentence")), (5, true), "{problem}");
}

#[test]
fn a_story_without_criteria_is_a_problem() {
    let problem = Fixture::new().story(1, "Backlog", 0, 0).problem();
    assert!(problem.message.contains("no acceptance criterion"), "{problem}");
}

#[test]
fn done_without_its_checks_is_a_problem_on_the_first_open_criterion() {
    let problem = Fixture::new().story(1, "Terminé", 1, 2).problem();
    assert_eq!((problem.line, problem.message.contains("not met")), (15, true), "{problem}");
}

#[test]
fn a_proof_that_is_not_there_is_a_problem_once_the_box_is_ticked() {
    let board = Fixture::new().story(1, "Backlog", 0, 1).edit(1, "unmet 0", "[it](../../api.rs#L3)");
    assert_eq!(board.problems(), []);
    let board = board.edit(1, "[ ]", "[x]");
    assert!(board.problem().message.contains("../../api.rs#L3 is not there"));
    assert_eq!(board.write("api.rs", "").problems(), []);
}

#[test]
fn a_proof_may_be_named_from_the_root() {
    let board = Fixture::new().story(1, "Backlog", 1, 0).edit(1, "met 0", "[it](/src/api.rs)");
    assert!(board.problem().message.contains("/src/api.rs is not there"));
    assert_eq!(board.write("src/api.rs", "").problems(), []);
}

#[test]
fn problems_come_file_by_file_and_line_by_line() {
    let board = Fixture::new().story(2, "Doing", 0, 0).edit(2, "id: 2", "id: 1").story(3, "Doing", 0, 1);
    let board = board.sprint(1, 2).edit(3, "sprint: null", "sprint: 1");
    let places: Vec<String> = board.problems().iter().map(|p| format!("{}:{}", p.file, p.line)).collect();
    assert_eq!(
        places,
        ["kanban/sprints/01.md:6", "kanban/stories/02.md:4", "kanban/stories/02.md:10", "kanban/stories/03.md:4"]
    );
}

#[test]
fn links_to_the_web_are_not_looked_for() {
    let board = Fixture::new().story(1, "Backlog", 1, 0).edit(1, "met 0", "[a](https://example.com/x) [b](#part)");
    assert_eq!(board.problems(), []);
}

#[test]
fn two_stories_with_one_id_are_a_problem() {
    let board = Fixture::new().story(1, "Backlog", 0, 1).story(2, "Backlog", 0, 1).story(3, "Backlog", 0, 1);
    let problem = board.edit(3, "id: 3", "id: 1").problem();
    assert_eq!((problem.file.as_str(), problem.line), ("kanban/stories/03.md", 2), "{problem}");
    assert!(problem.message.contains("kanban/stories/01.md"), "{problem}");
}

#[test]
fn a_column_over_its_limit_is_a_problem() {
    let board = Fixture::new().story(1, "En cours", 0, 1).story(2, "En cours", 0, 1);
    assert_eq!(board.problems(), []);
    let problem = board.story(3, "En cours", 0, 1).problem();
    assert_eq!((problem.file.as_str(), problem.line), ("kanban/board.toml", 5), "{problem}");
    assert!(problem.message.contains("holds 3 stories, its limit is 2"), "{problem}");
}

#[test]
fn an_unknown_sprint_is_a_problem() {
    let problem = Fixture::new().story(1, "Backlog", 0, 1).edit(1, "sprint: null", "sprint: 9").problem();
    assert_eq!((problem.line, problem.message.contains("unknown sprint 9")), (8, true), "{problem}");
}

#[test]
fn a_sprint_takes_no_story_without_an_estimate() {
    let board = Fixture::new().sprint(1, 9).story(1, "Backlog", 0, 1);
    let problem = board.edit(1, "estimate: 3\nsprint: null", "sprint: 1").problem();
    assert!(problem.message.contains("without an estimate"), "{problem}");
}

#[test]
fn a_sprint_over_its_capacity_is_a_problem() {
    let board = Fixture::new().sprint(1, 2).story(1, "Backlog", 0, 1).edit(1, "sprint: null", "sprint: 1");
    let problem = board.problem();
    assert_eq!((problem.file.as_str(), problem.line), ("kanban/sprints/01.md", 6), "{problem}");
    assert!(problem.message.contains("3 points are planned, the capacity is 2"), "{problem}");
}

#[test]
fn an_idea_stays_in_the_first_column() {
    let board = Fixture::new().story(1, "Backlog", 0, 1).edit(1, "sprint: null", "idea: true");
    assert_eq!(board.problems(), []);
    let problem = board.edit(1, "Backlog", "En cours").problem();
    assert!(problem.message.contains("an idea that is worked on"), "{problem}");
}

#[test]
fn bad_front_matter_is_a_problem_on_its_line() {
    let problem = Fixture::new().story(1, "Backlog", 0, 1).edit(1, "priority: must", "priority: high").problem();
    assert_eq!((problem.line, problem.message.contains("high")), (6, true), "{problem}");
    let problem = Fixture::new().story(1, "Backlog", 0, 1).edit(1, "role:", "rolle:").problem();
    assert!(problem.message.contains("rolle"), "{problem}");
}

#[test]
fn bad_columns_are_a_problem() {
    let problem = Fixture::new().write("kanban/board.toml", &COLUMNS.replace("wip", "limit")).problem();
    assert_eq!(problem.file, "kanban/board.toml");
}

#[test]
fn the_pull_request_template_asks_for_the_definition_of_done() {
    let agreed = "- [ ] reviewed, [see](../CONTRIBUTING.md)\n- [ ] tested\n";
    let with = |asked| {
        let board = Fixture::new().write("kanban/definition-of-done.md", agreed);
        board.write(".github/pull_request_template.md", asked)
    };
    assert_eq!(with("- [ ] reviewed, see\n- [ ] tested\n").problems(), []);
    let problem = with("- [ ] reviewed, see\n").problem();
    assert_eq!((problem.file.as_str(), problem.line), ("kanban/definition-of-done.md", 2), "{problem}");
    let problem = with("- [ ] reviewed, see\n- [ ] tested\n- [ ] loved\n").problem();
    assert_eq!((problem.file.as_str(), problem.line), (".github/pull_request_template.md", 3), "{problem}");
}

#[test]
fn a_page_that_lags_behind_the_stories_is_a_problem() {
    let board = Fixture::new().story(1, "Backlog", 0, 1);
    assert_eq!(board.problems(), []);
    let board = board.edit(1, "Histoire 1", "Autre histoire");
    let problems = check::problems(board.root()).unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].file, "kanban/README.md");
    assert!(problems[0].message.contains("cargo xtask board render"), "{problems:?}");
}

#[test]
fn a_page_that_was_never_rendered_is_a_problem() {
    let board = Fixture::new().story(1, "Backlog", 0, 1);
    assert_eq!(check::problems(board.root()).unwrap().len(), 1);
}

#[test]
fn the_diagram_may_lag_behind() {
    let board = Fixture::new().story(1, "Backlog", 0, 1).write("kanban/cumulative-flow.svg", "<svg/>");
    assert_eq!(board.problems(), []);
}
