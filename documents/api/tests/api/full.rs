//! A disk that is full: said so, and nothing half.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use testbed::client::Client;
use testbed::process::{Program, Running};
use testbed::service::TOKEN;
use testbed::wait;

use crate::app::{add, form, upload};
use crate::process::with_environment;
use crate::storage::Storage;

/// A file system of 4 MiB at a folder, for one program.
///
/// Where the kernel lets us, the program has it in a mount namespace of its own, which ends with it. Some distributions
/// keep plain users from that (Ubuntu 24.04, by `AppArmor`): there `sudo` mounts it, when it asks for no password, as on
/// the runners of GitHub.
struct SmallDisk {
    folder: PathBuf,
    mounted: bool,
}

/// In the namespace it keeps the program's process id: each replaces the one before.
const ALONE: [&str; 4] = ["--map-root-user", "--mount", "sh", "-c"];
const TMPFS: &str = "mount -t tmpfs -o size=4m tmpfs";

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

impl SmallDisk {
    fn at(folder: PathBuf) -> Self {
        std::fs::create_dir_all(&folder).unwrap();
        let script = format!("{TMPFS} '{}'", folder.display());
        if succeeds(Command::new("unshare").args(ALONE).arg(&script)) {
            return Self { folder, mounted: false };
        }
        let mount = format!("{TMPFS} '{}' -o uid=$SUDO_UID", folder.display());
        let mounted = succeeds(Command::new("sudo").args(["--non-interactive", "sh", "-c"]).arg(mount));
        assert!(mounted, "no file system to fill: this test needs user namespaces, or sudo without a password");
        Self { folder, mounted }
    }

    /// The service, which has it.
    fn program(&self) -> Program {
        let service = env!("CARGO_BIN_EXE_documents-api");
        if self.mounted {
            return Program::new(service);
        }
        let script = format!("{TMPFS} '{}' && exec '{service}'", self.folder.display());
        Program::new("unshare").args(ALONE).arg(script)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if self.mounted {
            // lazily: the service may be ending yet
            let _ = succeeds(Command::new("sudo").args(["--non-interactive", "umount", "--lazy"]).arg(&self.folder));
        }
    }
}

/// A folder as the process sees it.
fn as_seen_by(running: &Running, folder: &Path) -> PathBuf {
    PathBuf::from(format!("/proc/{}/root", running.id())).join(folder.strip_prefix("/").unwrap())
}

/// Regular files that the process sees in its folder, but for its lock.
fn files_of(running: &Running, folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![as_seen_by(running, folder)], Vec::new());
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
    let disk = SmallDisk::at(storage.content());
    let service = with_environment(disk.program(), &storage).start();
    let client = Client::of(service.address()).as_(TOKEN);
    add(&client, "fits", vec![1_u8; 2_000_000]).await;
    for round in 0..3_u8 {
        let refused =
            upload(&client, Method::POST, "/api/v1/files", form("too-much", vec![round; 3_000_000])).await.refused(507);
        assert_eq!(refused, "There is no room for this file");
    }
    let alone = async || (files_of(&service, &storage.content()).len() == 1).then_some(());
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
    let service = with_environment(disk.program(), &storage).env("DATABASE_URL", url).start();
    let client = Client::of(service.address()).as_(TOKEN);
    add(&client, "before", "x").await;

    let ballast = as_seen_by(&service, &folder).join("ballast");
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
