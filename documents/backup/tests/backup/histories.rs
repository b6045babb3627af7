//! An API whose database is another one, or an older one.

use std::sync::Arc;

use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use testbed::service::START;
use testbed::wait;

use crate::api::{Api, add};
use crate::program::{Backup, client, copied, last, stands};

fn new_folder() -> Arc<tempfile::TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

#[tokio::test]
async fn another_database_begins_a_new_history_beside_the_old_one_and_can_be_gone_back_from() {
    let backup = Backup::new();
    let api = Api::start().await;
    add(&api, None, "old-1", "old 1").await;
    add(&api, None, "old-2", "old 2").await;
    let running = backup.start(&api.url(""));
    copied(&running, 2).await;
    let (old, port) = api.stop();
    // the same file number, another file
    let api = Api::on(new_folder(), port).await;
    api.clock.advance(100);
    add(&api, None, "new-1", "new 1").await;
    let followed = async || last(&running).await.is_some_and(|entry| entry["history"] == 2).then_some(());
    wait::until_async("the new one to be followed", crate::program::SOON, followed).await;
    let name = |at: Option<&str>| backup.list(at)[0]["name"].clone();
    assert_eq!((name(None), name(Some("2023-11-14T22:13:30Z"))), ("new-1".into(), "old-1".into()));
    let said = backup.command(&["restore", "--file", "2", "--history", "1"]);
    assert!(said.well, "{}", said.err);
    assert_eq!(std::fs::read(backup.beside("old-2")).unwrap(), b"old 2");
    // and back: it goes on where it was
    api.stop();
    let api = Api::on(old, port).await;
    add(&api, None, "old-3", "old 3").await;
    let followed = async || last(&running).await.is_some_and(|entry| entry["seq"] == 3).then_some(());
    wait::until_async("the old one to be followed again", crate::program::SOON, followed).await;
    assert_eq!(last(&running).await.unwrap()["history"], 1);
    assert_eq!(crate::history::all(&running).await.len(), 4, "nothing twice, nothing lost");
    // what goes on is what is meant without a moment, however many began after it
    let names: Vec<_> = backup.list(None).iter().map(|file| file["name"].clone()).collect();
    assert_eq!(names, ["old-1", "old-2", "old-3"]);
    // a number of a file means one of them alone
    let names = async |query: &str| {
        let page = client(&running).get(&format!("/api/v1/history?{query}")).await.expect(200).json();
        let entry = |entry: &Value| format!("{} {}", entry["history"], entry["file"]["name"].as_str().unwrap());
        page.as_array().unwrap().iter().map(entry).collect::<Vec<_>>()
    };
    assert_eq!(names("file=1").await, ["1 old-1"]);
    assert_eq!(names("file=1&history=2").await, ["2 new-1"]);
    assert_eq!(names("history=2").await, ["2 new-1"]);
    assert_eq!(names("kind=created").await.len(), 4);
}

/// A backup of `a` and `b`, and, after the database was set back to before `b`, of `a` and `other-b`: the same number.
/// It does not run any more.
async fn set_back() -> Backup {
    let backup = Backup::new();
    let api = Api::start().await;
    add(&api, None, "a", "a").await;
    let (folder, port) = api.stop();
    let database = ["documents.db", "documents.db-wal", "documents.db-shm"].map(|name| folder.path().join(name));
    let saved = database.each_ref().map(|file| std::fs::read(file).ok());
    let api = Api::on(Arc::clone(&folder), port).await;
    api.clock.advance(50);
    add(&api, None, "b", "b").await;
    add(&api, None, "c", "c").await;
    let mut running = backup.start(&api.url(""));
    copied(&running, 3).await;
    // an operator brings back yesterday's database
    api.stop();
    for (file, saved) in database.iter().zip(saved) {
        let _ = std::fs::remove_file(file);
        if let Some(saved) = saved {
            std::fs::write(file, saved).unwrap();
        }
    }
    let api = Api::on(folder, port).await;
    api.clock.advance(200);
    add(&api, None, "other-b", "other b").await;
    let followed = async || {
        let last = last(&running).await?;
        (last["history"] == 2 && last["seq"] == 2).then_some(())
    };
    wait::until_async("the new history", crate::program::SOON, followed).await;
    stands(&running, "").await;
    running.terminate();
    backup
}

/// The API's clock stands still in 2023, while its answers tell the machine's time: let the histories have been followed
/// when they would have been, 20 seconds apart.
async fn followed_in_its_time(backup: &Backup) {
    let options = SqliteConnectOptions::new().filename(backup.path().join("catalogue.db"));
    let mut catalogue = SqliteConnection::connect_with(&options).await.unwrap();
    let now = jiff::Timestamp::now().as_second();
    let seen: Vec<(i64, i64, i64)> = sqlx::query_as("SELECT history, since, until FROM followed ORDER BY id")
        .fetch_all(&mut catalogue)
        .await
        .unwrap();
    assert!(matches!(seen[..], [(1, ..), (2, ..)]), "{seen:?}");
    for (_, since, until) in seen {
        assert!(since <= until && (now - 600..=now + 2).contains(&since) && until <= now + 2, "{since} {until} {now}");
    }
    for (history, since, until) in [(1, START - 100, START + 80), (2, START + 100, START + 300)] {
        let update = "UPDATE followed SET since = ?, until = ? WHERE history = ?";
        sqlx::query(update).bind(since).bind(until).bind(history).execute(&mut catalogue).await.unwrap();
    }
    catalogue.close().await.unwrap();
}

fn at(after: i64) -> String {
    jiff::Timestamp::from_second(START + after).unwrap().to_string()
}

fn names(said: &crate::program::Said) -> Vec<String> {
    assert!(said.well, "{}", said.err);
    let listed: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    listed.iter().map(|file| file["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_database_that_was_set_back_begins_a_new_history_and_each_moment_means_the_one_of_then() {
    let backup = set_back().await;
    followed_in_its_time(&backup).await;
    let list = |arguments: &[&str]| names(&backup.command(&[&["list", "--json"], arguments].concat()));
    assert_eq!(list(&["--history", "1"]), ["a", "b", "c"]);
    assert_eq!(list(&["--history", "2"]), ["a", "other-b"]);
    assert_eq!(list(&[]), ["a", "other-b"]);
    // before the set-back the other one was the API's, though the later one has changes of before as well
    assert_eq!(list(&["--at", &at(10)]), ["a"]);
    assert_eq!(list(&["--at", &at(60)]), ["a", "b", "c"]);
    assert_eq!(list(&["--at", &at(100)]), ["a"]);
    assert_eq!(list(&["--at", &at(250)]), ["a", "other-b"]);
    let restore = |arguments: &[&str]| {
        let said = backup.command(&[&["restore", "--to", "it", "--force"], arguments].concat());
        if said.well { Ok((std::fs::read_to_string(backup.beside("it")).unwrap(), said.err)) } else { Err(said.err) }
    };
    let (content, told) = restore(&["--file", "2", "--at", &at(60)]).unwrap();
    assert_eq!(content, "b");
    assert!(
        told.starts_with("taken: history 1 (epoch ") && told.ends_with("; --history chooses one of 1 more\n"),
        "{told}"
    );
    assert_eq!(restore(&["--file", "2"]).unwrap().0, "other b");
    assert_eq!(restore(&["--file", "2", "--history", "1"]).unwrap().0, "b");
    let refused = restore(&["--file", "3"]).unwrap_err();
    assert!(
        refused.ends_with("there is no file 3 in history 2 of this backup; another database had one: --history 1\n"),
        "{refused}"
    );
    let refused = restore(&["--file", "1", "--history", "3"]).unwrap_err();
    assert!(refused.contains("there is no history 3 in this backup: there is history 1 (epoch "), "{refused}");
}

#[tokio::test]
async fn a_moment_that_may_mean_either_is_refused_when_they_do_not_say_the_same() {
    let backup = set_back().await;
    followed_in_its_time(&backup).await;
    // nobody has seen when between these two it was set back
    let between = at(90);
    let said = backup.command(&["list", "--at", &between]);
    assert!(!said.well && said.out.is_empty(), "{}", said.out);
    for part in [
        &format!("{between} is ambiguous"),
        "in history 1 (epoch ",
        "and in history 2 (epoch ",
        ": --history names one",
    ] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    for file in ["2", "3"] {
        let said = backup.command(&["restore", "--file", file, "--at", &between]);
        assert!(!said.well && said.err.contains("is ambiguous"), "{}", said.err);
    }
    assert!(!backup.command(&["restore", "--all", "--to", "all", "--at", &between]).well);
    assert!(!backup.beside("all").exists());
    // what both say is not
    assert!(backup.command(&["restore", "--file", "1", "--at", &between]).well);
    assert_eq!(std::fs::read(backup.beside("a")).unwrap(), b"a");
    assert_eq!(names(&backup.command(&["list", "--json", "--at", &between, "--history", "1"])), ["a", "b", "c"]);
}

#[tokio::test]
async fn histories_are_listed_and_named_by_their_epoch() {
    let backup = Backup::new();
    let api = Api::start().await;
    add(&api, None, "one", "1").await;
    let running = backup.start(&api.url(""));
    copied(&running, 1).await;
    let first = last(&running).await.unwrap()["epoch"].as_str().unwrap().to_owned();
    let (_, port) = api.stop();
    let api = Api::on(new_folder(), port).await;
    add(&api, None, "other", "2").await;
    let followed = async || last(&running).await.is_some_and(|entry| entry["history"] == 2).then_some(());
    wait::until_async("the new one to be followed", crate::program::SOON, followed).await;
    let said = backup.command(&["histories"]);
    let lines: Vec<Vec<&str>> = said.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines.len(), 3, "{}{}", said.out, said.err);
    assert_eq!((lines[1][0], lines[1][1], lines[1][4]), ("1", "1", first.as_str()));
    assert!(lines[2][0] == "2" && said.out.lines().last().unwrap().ends_with("(goes on)"), "{}", said.out);
    assert_eq!(names(&backup.command(&["list", "--json", "--epoch", &first])), ["one"]);
    let said = backup.command(&["list", "--epoch", "no-such"]);
    assert!(
        !said.well && said.err.contains("no database of this backup is called no-such: there is history 1"),
        "{}",
        said.err
    );
}
