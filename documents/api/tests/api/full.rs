//! A disk that is full: said so, and nothing half.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use testbed::client::Client;
use testbed::process::{Program, Running};
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::{add, form, upload};
use crate::process::with_environment;
use crate::storage::Storage;

/// The program in a mount namespace of its own, in which the content lies on a file system of 4 MiB. `unshare` and `sh`
/// are replaced by it, so that it keeps their process id.
fn on_small_disk(storage: &Storage) -> Program {
    let folder = storage.content();
    std::fs::create_dir_all(&folder).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=4m tmpfs '{}' && exec '{}'",
        folder.display(),
        env!("CARGO_BIN_EXE_documents-api")
    );
    let program = Program::new("unshare").args(["--map-root-user", "--mount", "sh", "-c"]).arg(script);
    with_environment(program, storage)
}

/// Regular files that the process sees in its folder, but for its lock.
fn files_of(running: &Running, folder: &Path) -> Vec<PathBuf> {
    let root = PathBuf::from(format!("/proc/{}/root", running.id())).join(folder.strip_prefix("/").unwrap());
    let (mut folders, mut files) = (vec![root], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if entry.file_name() != "lock" {
                files.push(path);
            }
        }
    }
    files
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing_half() {
    let storage = Storage::sqlite();
    let service = on_small_disk(&storage).start();
    let client = Client::of(service.address()).as_(TOKEN);
    add(&client, "fits", vec![1_u8; 2_000_000]).await;
    for round in 0..3_u8 {
        let refused =
            upload(&client, Method::POST, "/api/v1/files", form("too-much", vec![round; 3_000_000])).await.refused(507);
        assert_eq!(refused, "There is no room for this file");
    }
    let alone = || (files_of(&service, &storage.content()).len() == 1).then_some(());
    wait::until("what was refused to be removed", Duration::from_secs(20), alone);
    assert_eq!(client.get("/api/v1/files").await.json().as_array().unwrap().len(), 1);
    // what is there can be read and deleted, and there is room for what fits
    assert_eq!(client.get("/api/v1/files/1/content").await.expect(200).body.len(), 2_000_000);
    add(&client, "fits-too", vec![2_u8; 1_000_000]).await;
    assert_eq!(client.get("/api/v1/files/2").await.json()["name"], json!("fits-too"));
}
