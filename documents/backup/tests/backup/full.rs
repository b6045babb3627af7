//! A disk that is full.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use testbed::small_disk::SmallDisk;
use testbed::wait;

use crate::api::{Api, add};
use crate::program::{Backup, SOON, copied, files, last, stands};

const PROGRAM: &str = env!("CARGO_BIN_EXE_documents-backup");

fn fill(ballast: &Path) {
    let mut filling = File::create(ballast).unwrap();
    while filling.write_all(&[0; 4096]).is_ok() {}
}

#[tokio::test]
async fn a_full_disk_stops_it_and_with_room_it_goes_on_by_itself() {
    let api = Api::start().await;
    let backup = Backup::new();
    let disk = SmallDisk::at(backup.path());
    let running = backup.with_environment(disk.program(PROGRAM), &api.url("")).start();
    let folder = disk.seen_by(&running);
    add(&api, None, "fits", vec![1_u8; 1_000_000]).await;
    copied(&running, 1).await;
    // something else fills it
    let ballast = folder.join("ballast");
    std::fs::write(&ballast, vec![0; 1_000_000]).unwrap();
    add(&api, None, "too large", vec![2_u8; 2_500_000]).await;
    stands(&running, "folder").await;
    assert_eq!(last(&running).await.unwrap()["seq"], 1);
    let whole = || (files(&folder.join("content")).len() == 1).then_some(());
    wait::until("what was half-way to be removed", SOON, whole);
    std::fs::remove_file(&ballast).unwrap();
    copied(&running, 2).await;
    stands(&running, "").await;
    let sizes: Vec<u64> = files(&folder.join("content")).iter().map(|file| file.metadata().unwrap().len()).collect();
    assert_eq!(sizes.iter().sum::<u64>(), 3_500_000);
}

#[tokio::test]
async fn a_disk_without_room_for_the_catalogue_stops_it_and_nothing_is_corrupt() {
    let api = Api::start().await;
    let backup = Backup::new();
    let disk = SmallDisk::at(backup.path());
    let running = backup.with_environment(disk.program(PROGRAM), &api.url("")).start();
    let folder = disk.seen_by(&running);
    add(&api, None, "first", "1").await;
    copied(&running, 1).await;
    fill(&folder.join("ballast"));
    // all of one content, which is there: it is the catalogue that grows
    for number in 0..60 {
        add(&api, None, &format!("f{number}"), "1").await;
    }
    stands(&running, "folder").await;
    std::fs::remove_file(folder.join("ballast")).unwrap();
    copied(&running, 61).await;
    stands(&running, "").await;
    let seqs: Vec<_> = crate::history::all(&running).await.iter().map(|e| e["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=61).rev().collect::<Vec<_>>());
}
