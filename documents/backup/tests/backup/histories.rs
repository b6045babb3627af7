//! An API whose database is another one, or an older one.

use std::sync::Arc;

use crate::api::{Api, add};
use crate::program::{Backup, copied, last, stands};
use testbed::wait;

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
}

#[tokio::test]
async fn a_database_that_was_set_back_begins_a_new_history_and_nothing_is_overwritten() {
    let backup = Backup::new();
    let api = Api::start().await;
    add(&api, None, "a", "a").await;
    let (folder, port) = api.stop();
    let database = ["documents.db", "documents.db-wal", "documents.db-shm"].map(|name| folder.path().join(name));
    let saved = database.each_ref().map(|file| std::fs::read(file).ok());
    let api = Api::on(Arc::clone(&folder), port).await;
    add(&api, None, "b", "b").await;
    let running = backup.start(&api.url(""));
    copied(&running, 2).await;
    // an operator brings back yesterday's database
    api.stop();
    for (file, saved) in database.iter().zip(saved) {
        let _ = std::fs::remove_file(file);
        if let Some(saved) = saved {
            std::fs::write(file, saved).unwrap();
        }
    }
    let api = Api::on(folder, port).await;
    add(&api, None, "other-b", "other b").await;
    let followed = async || {
        let last = last(&running).await?;
        (last["history"] == 2 && last["seq"] == 2).then_some(())
    };
    wait::until_async("the new history", crate::program::SOON, followed).await;
    stands(&running, "").await;
    let names = |history: &str| {
        let said = backup.command(&["list", "--json", "--history", history]);
        let listed: Vec<serde_json::Value> = serde_json::from_str(&said.out).unwrap();
        listed.iter().map(|file| file["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((names("1"), names("2")), (vec!["a".into(), "b".into()], vec!["a".to_owned(), "other-b".to_owned()]));
}
