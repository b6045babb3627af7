//! A disk that is full: said so, and nothing half.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use testbed::client::Client;
use testbed::service::TOKEN;
use testbed::small_disk::SmallDisk;
use testbed::wait;

use crate::app::{add, form, upload};
use crate::process::with_environment;
use crate::storage::Storage;

/// Regular files that the process sees in its folder, but for its lock and its mark.
fn files_of(folder: PathBuf) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![folder], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !["lock", "epoch"].contains(&&*entry.file_name().to_string_lossy()) {
                files.push(path);
            }
        }
    }
    files
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing_half() {
    let storage = Storage::sqlite();
    let disk = SmallDisk::at(storage.content());
    let service = with_environment(disk.program(env!("CARGO_BIN_EXE_documents-api")), &storage).start();
    let client = Client::of(service.address()).as_(TOKEN);
    add(&client, "fits", vec![1_u8; 2_000_000]).await;
    for round in 0..3_u8 {
        let refused =
            upload(&client, Method::POST, "/api/v1/files", form("too-much", vec![round; 3_000_000])).await.refused(507);
        assert_eq!(refused, "There is no room for this file");
    }
    let alone = async || (files_of(disk.seen_by(&service)).len() == 1).then_some(());
    wait::until_async("what was refused to be removed", Duration::from_secs(20), alone).await;
    assert_eq!(client.get("/api/v1/files").await.json().as_array().unwrap().len(), 1);
    // what is there can be read and deleted, and there is room for what fits
    assert_eq!(client.get("/api/v1/files/1/content").await.expect(200).body.len(), 2_000_000);
    add(&client, "fits-too", vec![2_u8; 1_000_000]).await;
    assert_eq!(client.get("/api/v1/files/2").await.json()["name"], json!("fits-too"));
}

#[tokio::test]
async fn a_full_disk_under_the_database_is_said_and_changes_nothing() {
    let storage = Storage::sqlite();
    let folder = storage.folder.path().join("database");
    let disk = SmallDisk::at(folder.clone());
    let url = format!("sqlite:{}", folder.join("documents.db").display());
    let service =
        with_environment(disk.program(env!("CARGO_BIN_EXE_documents-api")), &storage).env("DATABASE_URL", url).start();
    let client = Client::of(service.address()).as_(TOKEN);
    add(&client, "before", "x").await;

    let ballast = disk.seen_by(&service).join("ballast");
    let mut filling = std::fs::File::create(&ballast).unwrap();
    while std::io::Write::write(&mut filling, &[0; 4096]).is_ok() {}
    let refused = "The database has no room left: nothing was changed";
    // some writes fit yet: into what SQLite has reserved, and into what it gives back meanwhile
    let mut names = vec!["before".to_owned()];
    let answer = loop {
        let name = format!("f{}", names.len());
        let answer = upload(&client, Method::POST, "/api/v1/files", form(&name, "x")).await;
        if answer.status != 201 {
            break answer;
        }
        names.push(name);
    };
    assert_eq!(answer.refused(507), refused);
    let answer = loop {
        let name = format!("{}-", names[0]);
        let answer = client.put("/api/v1/files/1", &json!({"name": name})).await;
        if answer.status != 200 {
            break answer;
        }
        names[0] = name;
    };
    assert_eq!(answer.refused(507), refused);
    let files = client.get("/api/v1/files?limit=500").await.expect(200).json();
    let listed: Vec<Value> = files.as_array().unwrap().iter().map(|file| file["name"].clone()).collect();
    assert_eq!(listed, names);

    std::fs::remove_file(ballast).unwrap();
    drop(filling);
    add(&client, "after", "y").await;
}
