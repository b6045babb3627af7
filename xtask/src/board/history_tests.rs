use super::*;
use crate::board::render;
use crate::board::testing::{Fixture, story_file};
use jiff::Timestamp;

/// Run git on the board's folder, with nothing of the user's configuration. The author's time is `at`; the committer's
/// runs the other way, as after a rebase.
#[track_caller]
fn in_git(folder: &Path, at: i64, args: &[&str]) {
    git(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_DATE", format!("@{at} +0000"))
        .env("GIT_COMMITTER_DATE", format!("@{} +0000", 100_000 - at))
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgSign=false"])
        .args(args)
        .quiet()
        .unwrap();
}

impl Fixture {
    #[track_caller]
    fn commit(self, at: i64) -> Self {
        if !self.path(".git").exists() {
            in_git(self.root(), at, &["init", "--quiet", "--initial-branch=main"]);
        }
        in_git(self.root(), at, &["add", "--all"]);
        in_git(self.root(), at, &["commit", "--quiet", "--message=Change"]);
        self
    }

    #[track_caller]
    fn changes(&self) -> Vec<(i64, String, Option<String>)> {
        match read(self.root()).unwrap() {
            History::Whole(changes) => changes.into_iter().map(|c| (c.at, c.file, c.column)).collect(),
            History::Missing(why) => panic!("{why}"),
        }
    }

    #[track_caller]
    fn missing(&self) -> String {
        match read(self.root()).unwrap() {
            History::Missing(why) => why,
            History::Whole(changes) => panic!("{changes:?}"),
        }
    }
}

fn change(at: i64, id: u32, column: Option<&str>) -> (i64, String, Option<String>) {
    (at, story_file(id), column.map(str::to_owned))
}

#[test]
fn each_commit_tells_where_the_stories_stood() {
    let board = Fixture::new().story(1, "Backlog", 0, 1).story(2, "Backlog", 0, 1).commit(1_000);
    let board = board.edit(1, "Backlog", "En cours").commit(2_000).story(3, "Backlog", 0, 1).commit(3_000);
    std::fs::remove_file(board.path(&story_file(2))).unwrap();
    let board = board.commit(4_000);
    let expected = [
        change(1_000, 1, Some("Backlog")),
        change(1_000, 2, Some("Backlog")),
        change(2_000, 1, Some("En cours")),
        change(3_000, 3, Some("Backlog")),
        change(4_000, 2, None),
    ];
    assert_eq!(board.changes(), expected);
}

#[test]
fn the_first_commit_counts_even_when_the_user_hides_it_in_logs() {
    let board = Fixture::new().story(1, "Backlog", 0, 1).commit(1_000);
    in_git(board.root(), 0, &["config", "log.showRoot", "false"]);
    assert_eq!(board.changes(), [change(1_000, 1, Some("Backlog"))]);
}

#[test]
fn moves_on_a_branch_count_at_their_own_time() {
    let board = Fixture::new().story(1, "Backlog", 1, 0).story(2, "Backlog", 1, 0).commit(1_000);
    in_git(board.root(), 0, &["switch", "--quiet", "--create", "feature"]);
    let board = board.edit(1, "Backlog", "En cours").commit(2_000).edit(1, "En cours", "Terminé").commit(4_000);
    in_git(board.root(), 0, &["switch", "--quiet", "main"]);
    let board = board.edit(2, "Backlog", "En cours").commit(3_000);
    in_git(board.root(), 5_000, &["merge", "--quiet", "--no-ff", "feature"]);
    let seen: Vec<_> = board.changes().into_iter().skip(2).collect();
    let expected =
        [change(2_000, 1, Some("En cours")), change(3_000, 2, Some("En cours")), change(4_000, 1, Some("Terminé"))];
    assert_eq!(seen, expected);
}

#[test]
fn a_version_that_names_no_column_takes_the_story_off_the_board() {
    let board = Fixture::new().write(&story_file(1), "notes\n").commit(1_000).story(1, "Backlog", 0, 1).commit(2_000);
    assert_eq!(board.changes(), [change(1_000, 1, None), change(2_000, 1, Some("Backlog"))]);
}

#[test]
fn a_story_that_is_renamed_leaves_under_the_old_name_and_comes_under_the_new() {
    let board = Fixture::new().story(1, "Backlog", 9, 0).commit(1_000);
    in_git(board.root(), 0, &["mv", &story_file(1), &story_file(2)]);
    let seen: Vec<_> = board.commit(2_000).changes().into_iter().skip(1).collect();
    assert_eq!(seen, [change(2_000, 1, None), change(2_000, 2, Some("Backlog"))]);
}

#[test]
fn only_stories_count() {
    let board = Fixture::new().write("kanban/stories/notes.txt", "x").write("kanban/stories/old/09.md", "x");
    assert_eq!(board.story(1, "Backlog", 0, 1).commit(1_000).changes(), [change(1_000, 1, Some("Backlog"))]);
}

#[test]
fn many_versions_do_not_block_the_pipes() {
    let mut board = Fixture::new().story(1, "Backlog", 20, 0);
    let text = board.read(&story_file(1));
    for id in 2..=2_000 {
        board = board.write(&story_file(id), &text);
    }
    let changes = board.commit(1_000).changes();
    assert_eq!(changes.len(), 2_000);
    assert!(changes.iter().all(|(_, _, column)| column.as_deref() == Some("Backlog")));
}

#[test]
fn a_tree_without_git_says_so() {
    assert!(Fixture::new().story(1, "Backlog", 0, 1).missing().contains("git knows no repository"));
}

#[test]
fn a_repository_without_commits_says_so() {
    let board = Fixture::new().story(1, "Backlog", 0, 1);
    in_git(board.root(), 0, &["init", "--quiet"]);
    assert!(board.missing().contains("no commit yet"));
}

#[test]
fn a_repository_without_stories_says_so() {
    let board = Fixture::new().commit(1_000).story(1, "Backlog", 0, 1);
    assert!(board.missing().contains("no commit holds a story"));
}

#[test]
fn a_shallow_clone_says_so_and_keeps_its_diagram() {
    let board = Fixture::new().story(1, "Backlog", 0, 1).write("kanban/cumulative-flow.svg", "whole").commit(1_000);
    let board = board.edit(1, "Backlog", "En cours").commit(2_000);
    let clone = Fixture::new();
    std::fs::remove_dir_all(clone.path("kanban")).unwrap();
    let from = format!("file://{}", board.root().display());
    in_git(clone.root(), 0, &["clone", "--quiet", "--depth=1", &from, "."]);
    assert!(clone.missing().contains("git fetch --unshallow"));
    render::run(clone.root(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(clone.read("kanban/cumulative-flow.svg"), "whole");
    assert_eq!(crate::board::check::problems(clone.root()).unwrap(), []);
}
