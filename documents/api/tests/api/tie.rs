//! A folder and a database that belong together, and others that do not.

use std::fs;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use testbed::client::Client;
use testbed::process::Program;
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::{add, spawn_app};
use crate::process::program;
use crate::storage::Storage;

const SOON: Duration = Duration::from_secs(20);

/// The one sentence with which it does not start.
fn refusal(program: &Program) -> String {
    let mut running = program.spawn();
    assert!(!running.wait().success());
    let said = running.stderr();
    assert!(said.starts_with("documents-api: ") && said.trim_end().lines().count() == 1, "{said}");
    said
}

fn on_another_database(storage: &Storage) -> Program {
    program(storage).env("DATABASE_URL", format!("sqlite:{}", storage.folder.path().join("another.db").display()))
}

/// As it is done by hand when a database was put back from a copy.
async fn begin_another_epoch(storage: &Storage, epoch: &str) {
    let mut database = SqliteConnection::connect(&storage.url()).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("UPDATE ledger SET epoch = '{epoch}'"))).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
}

#[tokio::test]
async fn another_database_is_not_let_at_a_folder_and_nothing_is_swept() {
    let storage = Storage::sqlite();
    let running = program(&storage).start();
    add(&Client::of(running.address()).as_(TOKEN), "a", "kept").await;
    drop(running);
    let (mark, contents) = (fs::read_to_string(storage.mark()).unwrap(), storage.contents());
    let kept: Vec<_> = contents.iter().filter(|path| path.starts_with("sha256/")).cloned().collect();
    assert_eq!(kept.len(), 1);
    let still = || storage.contents().iter().filter(|path| path.starts_with("sha256/")).cloned().collect::<Vec<_>>();

    let said = refusal(&on_another_database(&storage));
    assert!(said.contains("holds the content of another database") && said.contains(mark.trim()), "{said}");
    assert_eq!(still(), kept);
    // a folder from before there were marks
    fs::remove_file(storage.mark()).unwrap();
    let said = refusal(&on_another_database(&storage));
    assert!(said.contains("holds nothing of what this database lists"), "{said}");
    assert!(!storage.mark().exists() && still() == kept);
    // its own database knows it
    let running = program(&storage).start();
    assert_eq!(fs::read_to_string(storage.mark()).unwrap(), mark);
    let client = Client::of(running.address()).as_(TOKEN);
    assert_eq!(client.get("/api/v1/files/1/content").await.expect(200).body, "kept");
    drop(running);
    // a disk that is not there is no new folder
    let moved = storage.folder.path().join("moved");
    fs::rename(storage.content(), &moved).unwrap();
    let said = refusal(&program(&storage));
    assert!(said.contains("holds nothing of what this database lists"), "{said}");
}

#[tokio::test]
async fn a_database_that_was_put_back_from_a_copy_has_its_folder_once_the_mark_follows() {
    let storage = Storage::sqlite();
    let running = program(&storage).start();
    add(&Client::of(running.address()).as_(TOKEN), "a", "kept").await;
    drop(running);
    begin_another_epoch(&storage, "restored-2026-11-22").await;
    let said = refusal(&program(&storage));
    assert!(said.contains("write \"restored-2026-11-22\" into "), "{said}");
    fs::write(storage.mark(), "restored-2026-11-22\n").unwrap();
    let running = program(&storage).start();
    let client = Client::of(running.address()).as_(TOKEN);
    let feed = client.get("/api/v1/changes").await.expect(200);
    assert_eq!(feed.header("documents-epoch"), "restored-2026-11-22");
    assert_eq!(client.get("/api/v1/files/1/content").await.expect(200).body, "kept");
}

#[tokio::test]
async fn a_database_that_is_put_back_under_a_service_takes_no_writes_until_it_is_started_anew() {
    let app = spawn_app(Storage::sqlite()).await;
    add(&app, "a", "1").await;
    begin_another_epoch(&app.storage, "restored").await;
    let refused = crate::app::upload(&app, reqwest::Method::POST, "/api/v1/files", crate::app::form("b", "2")).await;
    assert_eq!(refused.refused_for_now(), "The database cannot be reached: nothing was changed");
    let alone = async || (app.storage.contents().len() == 1).then_some(());
    wait::until_async("what was refused to be removed", SOON, alone).await;
    assert_eq!(app.get("/api/v1/files").await.json().as_array().unwrap().len(), 1);
}
