//! What is copied, and when.

use std::time::Duration;

use serde_json::json;
use testbed::process::free_port;
use testbed::wait;

use crate::api::{Api, add, change, delete, rename};
use crate::program::{Backup, copied, last, reaches, stands};

#[tokio::test]
async fn every_version_is_copied_and_every_deletion_is_known() {
    let api = Api::start().await;
    let zoe = api.user("zoe").await;
    let (backup, big) = (Backup::new(), vec![7_u8; 3_000_000]);
    let file = add(&api, Some(zoe), "a.txt", "one").await;
    change(&api, &file, &big).await;
    rename(&api, &file, "b.txt").await;
    let running = backup.start(&api.url(""));
    copied(&running, 3).await;
    let empty = add(&api, None, "empty", "").await;
    delete(&api, &file).await;
    copied(&running, 5).await;

    let sums: Vec<String> =
        crate::history::all(&running).await.iter().map(|e| e["file"]["sha256"].as_str().unwrap().to_owned()).collect();
    for (sum, content) in [(&sums[4], &b"one"[..]), (&sums[3], &big), (&sums[1], b"")] {
        assert_eq!(std::fs::read(backup.content(sum)).unwrap(), content);
    }
    assert_eq!(backup.contents().len(), 3, "each once");
    let listed = backup.list(None);
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!((&listed[0]["id"], &listed[0]["content"]), (&empty["id"], &json!("here")));
}

#[tokio::test]
async fn what_is_there_is_not_fetched_again() {
    let api = Api::start().await;
    let backup = Backup::new();
    let content = vec![1_u8; 100_000];
    let file = add(&api, None, "a", &content).await;
    let mut running = backup.start(&api.url(""));
    copied(&running, 1).await;
    // another name, and another file of the same content
    rename(&api, &file, "b").await;
    add(&api, None, "c", &content).await;
    copied(&running, 3).await;
    reaches(&running, "backup_fetched_bytes_total", 100_000.0).await;
    // and not after a new start
    running.terminate();
    let running = backup.start(&api.url(""));
    add(&api, None, "d", "new").await;
    copied(&running, 4).await;
    reaches(&running, "backup_fetched_bytes_total", 3.0).await;
    reaches(&running, "backup_position", 4.0).await;
}

#[tokio::test]
async fn an_api_that_is_down_at_the_start_and_later_is_waited_for() {
    let backup = Backup::new();
    let port = free_port().unwrap();
    let url = format!("http://127.0.0.1:{port}");
    let running = backup.start(&url);
    stands(&running, "documents").await;
    let api = Api::on(std::sync::Arc::new(tempfile::tempdir().unwrap()), port).await;
    add(&api, None, "a", "1").await;
    copied(&running, 1).await;
    stands(&running, "").await;
    let (kept, port) = api.stop();
    stands(&running, "documents").await;
    assert_eq!(last(&running).await.unwrap()["seq"], 1, "what it has it tells all the same");
    let api = Api::on(kept, port).await;
    add(&api, None, "b", "2").await;
    copied(&running, 2).await;
    stands(&running, "").await;
}

#[tokio::test]
async fn many_changes_are_copied_in_their_order() {
    let api = Api::start().await;
    let backup = Backup::new();
    let running = backup.start(&api.url(""));
    for number in 0..60 {
        let file = add(&api, None, &format!("f{number}"), format!("content {number}")).await;
        if number % 3 == 0 {
            delete(&api, &file).await;
        }
    }
    copied(&running, 80).await;
    let entries = crate::history::all(&running).await;
    let seqs: Vec<i64> = entries.iter().rev().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=80).collect::<Vec<_>>());
    assert_eq!(backup.list(None).len(), 40);
}

#[tokio::test]
async fn one_folder_is_for_one_process() {
    let api = Api::start().await;
    let backup = Backup::new();
    let mut first = backup.start(&api.url(""));
    let mut second = backup.program(&api.url("")).spawn();
    assert!(!second.wait().success());
    let said = second.stderr();
    assert!(said.contains("another backup writes into it"), "{said}");
    first.kill_9();
    // the lock goes with the process, however it ends
    let third = backup.start(&api.url(""));
    add(&api, None, "a", "1").await;
    copied(&third, 1).await;
}

#[tokio::test]
async fn without_a_token_it_does_not_start_and_with_a_wrong_one_it_says_so() {
    let api = Api::start().await;
    let backup = Backup::new();
    let program = testbed::process::Program::new(env!("CARGO_BIN_EXE_documents-backup"));
    let mut without = program.env("BACKUP_FOLDER", backup.path()).spawn();
    assert!(!without.wait().success());
    let said = without.stderr();
    assert!(said.contains("--documents-token (DOCUMENTS_TOKEN) must be given"), "{said}");
    let wrong = backup.program(&api.url("")).env("DOCUMENTS_TOKEN", "wrong").start();
    stands(&wrong, "documents").await;
    wait::until("its log to say why", Duration::from_secs(20), || wrong.stderr().contains("401").then_some(()));
}
