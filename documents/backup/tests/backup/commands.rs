//! `restore`, `list` and `verify`: with the API away, and while the service runs.

use std::fs;

use serde_json::Value;
use testbed::process::Running;

use crate::api::{Api, add, change, delete, rename};
use crate::program::{Backup, Said, copied, files};

/// Ten seconds after the start, twenty, and so on.
const AT: [&str; 5] = [
    "2023-11-14T22:13:20Z",
    "2023-11-14T22:13:30Z",
    "2023-11-14T22:13:40Z",
    "2023-11-14T22:13:50Z",
    "2023-11-14T22:14:00Z",
];

/// File 1 of Zoe: made, changed, renamed, deleted, ten seconds apart; file 2 of nobody. The API is gone.
async fn copied_story() -> (Backup, Running) {
    let api = Api::start().await;
    let backup = Backup::new();
    let zoe = api.user("zoe").await;
    let file = add(&api, Some(zoe), "a.txt", "one").await;
    api.clock.advance(10);
    change(&api, &file, "two").await;
    api.clock.advance(10);
    rename(&api, &file, "b.txt").await;
    add(&api, None, "plan.txt", "plan").await;
    api.clock.advance(10);
    delete(&api, &file).await;
    let running = backup.start(&api.url(""));
    copied(&running, 5).await;
    (backup, running)
}

fn refused(said: &Said) -> String {
    assert!(!said.well, "{}", said.out);
    said.err.strip_prefix("documents-backup: ").unwrap_or_else(|| panic!("{}", said.err)).trim_end().to_owned()
}

#[tokio::test]
async fn a_file_is_restored_as_of_any_moment() {
    let (backup, _running) = copied_story().await;
    for (at, name, content) in [(0, "a.txt", "one"), (1, "a.txt", "two"), (2, "b.txt", "two")] {
        let said = backup.command(&["restore", "--file", "1", "--at", AT[at], "--force"]);
        assert!(said.well, "{}", said.err);
        assert_eq!(fs::read_to_string(backup.beside(name)).unwrap(), content);
        assert!(said.out.contains(name), "{}", said.out);
    }
    // a place of its own: a new name, a folder
    assert!(backup.command(&["restore", "--file", "2", "--to", "mine"]).well);
    assert_eq!(fs::read_to_string(backup.beside("mine")).unwrap(), "plan");
    fs::create_dir(backup.beside("there")).unwrap();
    assert!(backup.command(&["restore", "--file", "2", "--to", "there"]).well);
    assert_eq!(fs::read_to_string(backup.beside("there/plan.txt")).unwrap(), "plan");
}

#[tokio::test]
async fn nothing_is_overwritten_unless_that_is_wanted() {
    let (backup, _running) = copied_story().await;
    fs::write(backup.beside("plan.txt"), "mine").unwrap();
    let said = refused(&backup.command(&["restore", "--file", "2"]));
    assert_eq!(said, "plan.txt is there already: --force overwrites it");
    assert_eq!(fs::read_to_string(backup.beside("plan.txt")).unwrap(), "mine");
    assert!(backup.command(&["restore", "--file", "2", "--force"]).well);
    assert_eq!(fs::read_to_string(backup.beside("plan.txt")).unwrap(), "plan");
}

#[tokio::test]
async fn what_cannot_be_restored_is_said_in_a_sentence() {
    let (backup, _running) = copied_story().await;
    let restore = |arguments: &[&str]| {
        let all: Vec<_> = ["restore"].iter().chain(arguments).copied().collect();
        refused(&backup.command(&all))
    };
    assert_eq!(restore(&["--file", "9"]), "there is no file 9 in history 1 of this backup");
    assert_eq!(
        restore(&["--file", "2", "--at", AT[1]]),
        "file 2 did not exist yet at 2023-11-14T22:13:30Z: it was made at 2023-11-14T22:13:40Z"
    );
    assert_eq!(
        restore(&["--file", "1"]),
        "file 1 was deleted at 2023-11-14T22:13:50Z: --at 2023-11-14T22:13:49Z, or before, restores it"
    );
    assert_eq!(
        restore(&["--file", "1", "--at", "yesterday"]),
        "--at must be a moment such as 2026-11-22T10:00:00Z or 2026-11-22T11:00:00+01:00, not `yesterday`"
    );
    assert!(restore(&["--file", "2", "--to", "no/such/folder/x"]).starts_with("cannot write no/such/folder/x: "));
    let nowhere = Backup::new();
    let said = refused(&nowhere.command(&["restore", "--file", "1"]));
    assert!(said.starts_with("there is no backup in ") && said.contains("BACKUP_FOLDER"), "{said}");
    // neither a file nor all, and all without a place
    for incomplete in [&["restore"][..], &["restore", "--all"], &["restore", "--file", "1", "--all"]] {
        assert!(!backup.command(incomplete).well, "{incomplete:?}");
    }
}

#[tokio::test]
async fn all_files_of_a_moment_are_restored_in_a_folder_for_each_user() {
    let (backup, _running) = copied_story().await;
    let restored = |at: &str, to: &str| {
        let said = backup.command(&["restore", "--all", "--at", at, "--to", to]);
        assert!(said.well, "{}", said.err);
        let root = backup.beside(to);
        let found = files(&root);
        found
            .iter()
            .map(|file| (file.strip_prefix(&root).unwrap().display().to_string(), fs::read_to_string(file).unwrap()))
            .collect::<Vec<_>>()
    };
    let pair = |name: &str, content: &str| (name.to_owned(), content.to_owned());
    assert_eq!(restored(AT[0], "r0"), [pair("user-1/a.txt", "one")]);
    assert_eq!(restored(AT[2], "r2"), [pair("company/plan.txt", "plan"), pair("user-1/b.txt", "two")]);
    assert_eq!(restored(AT[4], "r4"), [pair("company/plan.txt", "plan")]);
    // again: nothing is overwritten, and it says so
    fs::write(backup.beside("r2/user-1/b.txt"), "mine").unwrap();
    let again = backup.command(&["restore", "--all", "--at", AT[2], "--to", "r2"]);
    assert_eq!(again.err.lines().count(), 3, "{}", again.err);
    assert!(again.err.ends_with("documents-backup: 2 of 2 files were not restored\n"), "{}", again.err);
    assert_eq!(fs::read_to_string(backup.beside("r2/user-1/b.txt")).unwrap(), "mine");
    assert!(backup.command(&["restore", "--all", "--at", AT[2], "--to", "r2", "--force"]).well);
    assert_eq!(fs::read_to_string(backup.beside("r2/user-1/b.txt")).unwrap(), "two");
}

#[tokio::test]
async fn a_link_in_the_way_does_not_lead_out_of_the_folder() {
    let (backup, _running) = copied_story().await;
    let (inside, outside) = (backup.beside("in"), backup.beside("out"));
    fs::create_dir(&inside).unwrap();
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, inside.join("company")).unwrap();
    let said = backup.command(&["restore", "--all", "--to", "in", "--force"]);
    assert!(!said.well && said.err.contains("is no folder"), "{}", said.err);
    assert!(files(&outside).is_empty());
}

#[tokio::test]
async fn the_files_of_a_moment_are_listed_for_people_and_for_programs() {
    let (backup, _running) = copied_story().await;
    let said = backup.command(&["list", "--at", AT[2]]);
    let lines: Vec<Vec<&str>> = said.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["FILE", "USER", "VERSION", "BYTES", "SINCE", "CONTENT", "NAME"]);
    assert_eq!(lines[1], ["1", "1", "3", "3", AT[2], "here", "b.txt"]);
    assert_eq!(lines[2], ["2", "-", "1", "4", AT[2], "here", "plan.txt"]);
    let names = |at: &str| backup.list(Some(at)).iter().map(|file| file["name"].clone()).collect::<Vec<Value>>();
    assert_eq!(names(AT[1]), ["a.txt"]);
    assert_eq!(names(AT[3]), ["plan.txt"]);
}

#[test]
fn help_names_every_command() {
    let said = Backup::new().command(&["--help"]);
    for command in ["serve", "restore", "list", "verify", "openapi", "DOCUMENTS_TOKEN"] {
        assert!(said.out.contains(command), "{command}: {}", said.out);
    }
}
