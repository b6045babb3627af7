//! `restore`, `list`, `histories` and `verify` on a folder in which nothing may be made or changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::api::{Api, add, change};
use crate::program::{Backup, Said, copied, files};

/// Each file of the backup: its bytes, and when it was written.
type State = BTreeMap<PathBuf, (Vec<u8>, SystemTime)>;

fn state(folder: &Path) -> State {
    let all = files(folder).into_iter();
    all.map(|path| {
        let (bytes, written) = (std::fs::read(&path).unwrap(), path.metadata().unwrap().modified().unwrap());
        (path, (bytes, written))
    })
    .collect()
}

/// What the service keeps in memory that it shares, and no file on a disk.
fn without_shared_memory(mut state: State) -> State {
    state.retain(|path, _| !path.ends_with("catalogue.db-shm"));
    state
}

/// The commands, and that they give what there is: two files, one with two versions.
fn all_give_what_there_is(run: impl Fn(&[&str]) -> Said, restored: &Path) {
    let said = run(&["list", "--json"]);
    assert!(said.well, "{}", said.err);
    let listed: Vec<serde_json::Value> = serde_json::from_str(&said.out).unwrap();
    let names: Vec<_> = listed.iter().map(|file| (file["name"].as_str().unwrap(), file["version"].as_i64())).collect();
    assert_eq!(names, [("a", Some(2)), ("b", Some(1))]);
    let said = run(&["verify"]);
    assert!(said.well && said.out.contains("3 of 3 contents are sound"), "{}{}", said.out, said.err);
    let said = run(&["histories"]);
    assert!(said.well && said.out.contains("(goes on)"), "{}{}", said.out, said.err);
    let said = run(&["restore", "--file", "1", "--to", &restored.display().to_string(), "--force"]);
    assert!(said.well, "{}", said.err);
    assert_eq!(std::fs::read(restored).unwrap(), b"a 2");
}

/// A backup with what the commands are to give; the API is gone.
async fn kept() -> (Backup, testbed::process::Running) {
    let api = Api::start().await;
    let backup = Backup::new();
    let file = add(&api, None, "a", "a 1").await;
    change(&api, &file, "a 2").await;
    let running = backup.start(&api.url(""));
    copied(&running, 2).await;
    add(&api, None, "b", "b").await;
    copied(&running, 3).await;
    (backup, running)
}

/// A command that sees the backup's folder as it is on a medium that cannot be written.
fn on_read_only(backup: &Backup, arguments: &[&str]) -> Said {
    let script =
        r#"mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && ! touch "$0/x" 2>/dev/null && exec "$@""#;
    let run = |program: &[&str]| {
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).args(["sh", "-c", script]).arg(backup.path());
        command.arg(env!("CARGO_BIN_EXE_documents-backup")).args(arguments);
        let output = command.env("BACKUP_FOLDER", backup.path()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { well: output.status.success(), out: text(output.stdout), err: text(output.stderr) }
    };
    let said = run(&["unshare", "--map-root-user", "--mount"]);
    // some distributions keep plain users from that
    if said.well || !said.err.contains("unshare") {
        return said;
    }
    run(&["sudo", "--non-interactive", "--preserve-env=BACKUP_FOLDER", "unshare", "--mount"])
}

#[tokio::test]
async fn after_a_proper_end_nothing_is_made_or_changed() {
    let (backup, mut running) = kept().await;
    running.terminate();
    let before = state(&backup.path());
    assert!(!before.keys().any(|path| path.ends_with("catalogue.db-wal")), "this is about a folder without one");
    all_give_what_there_is(|arguments| backup.command(arguments), &backup.beside("restored"));
    all_give_what_there_is(|arguments| on_read_only(&backup, arguments), &backup.beside("restored"));
    assert!(state(&backup.path()) == before);
}

#[tokio::test]
async fn what_is_in_the_log_of_a_killed_service_alone_is_read_too() {
    let (backup, mut running) = kept().await;
    running.kill_9();
    let before = state(&backup.path());
    assert!(!before[&backup.path().join("catalogue.db-wal")].0.is_empty(), "this is about what lies there");
    all_give_what_there_is(|arguments| backup.command(arguments), &backup.beside("restored"));
    all_give_what_there_is(|arguments| on_read_only(&backup, arguments), &backup.beside("restored"));
    // and on another medium, to which the shared memory and the lock were not copied
    for left_out in ["catalogue.db-shm", "lock"] {
        std::fs::remove_file(backup.path().join(left_out)).unwrap();
    }
    let before = state(&backup.path());
    all_give_what_there_is(|arguments| backup.command(arguments), &backup.beside("restored"));
    all_give_what_there_is(|arguments| on_read_only(&backup, arguments), &backup.beside("restored"));
    assert!(state(&backup.path()) == before);
}

#[tokio::test]
async fn beside_a_service_that_runs_nothing_is_made_or_changed_either() {
    let (backup, running) = kept().await;
    let before = without_shared_memory(state(&backup.path()));
    all_give_what_there_is(|arguments| backup.command(arguments), &backup.beside("restored"));
    all_give_what_there_is(|arguments| on_read_only(&backup, arguments), &backup.beside("restored"));
    let after = without_shared_memory(state(&backup.path()));
    let changed: Vec<_> =
        after.iter().filter(|(path, state)| before.get(*path) != Some(state)).map(|(path, _)| path).collect();
    // the service notes now and then that it has looked
    assert!(changed.iter().all(|path| path.ends_with("catalogue.db-wal")), "{changed:?}");
    assert_eq!(before.len(), after.len());
    drop(running);
}

#[tokio::test]
async fn a_catalogue_of_an_older_schema_is_read_and_stays_what_it_is() {
    let backup = Backup::new();
    let (folder, old) = (backup.path(), backup.beside("migrations"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::create_dir(&old).unwrap();
    let first = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/0001_catalogue.sql");
    std::fs::copy(first, old.join("0001_catalogue.sql")).unwrap();
    let options = SqliteConnectOptions::new().filename(folder.join("catalogue.db")).create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    Migrator::new(old).await.unwrap().run(&pool).await.unwrap();
    let content = values::Sha256::of(b"old").to_string();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "INSERT INTO history VALUES (1, 'old', 1, 1); INSERT INTO following VALUES (1, 1); \
         INSERT INTO content VALUES ('{content}', 3, 'here'); \
         INSERT INTO change VALUES (1, 1, 1, 'created', 7, NULL, 'old.txt', 1, '{content}', 3, 1700000000, 1700000001)"
    )))
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let place = backup.content(&content);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(place, "old").unwrap();
    let before = state(&folder);
    let said = on_read_only(&backup, &["restore", "--file", "7", "--to", &backup.beside("old").display().to_string()]);
    assert!(said.well, "{}", said.err);
    assert_eq!(std::fs::read(backup.beside("old")).unwrap(), b"old");
    assert!(backup.command(&["verify"]).well);
    assert!(state(&folder) == before);
}
