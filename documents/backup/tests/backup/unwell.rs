//! Contents that are wrong, missing or damaged.

use serde_json::Value;
use testbed::process::Running;
use testbed::wait;

use crate::api::{Api, add, delete};
use crate::program::{Backup, SOON, copied, reaches, stands};

fn sum(file: &Value) -> &str {
    file["sha256"].as_str().unwrap()
}

/// What stands in the history of a file's only version.
async fn standing(running: &Running, file: &Value) -> (String, String) {
    let entries = crate::history::all(running).await;
    let entry = entries.iter().find(|entry| entry["file"]["id"] == file["id"]).unwrap();
    (entry["content"].as_str().unwrap().to_owned(), entry["why"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_content_that_the_api_does_not_give_is_noted_and_holds_up_no_other_and_is_had_when_it_comes() {
    let api = Api::start().await;
    let backup = Backup::new();
    let before = add(&api, None, "before", "before").await;
    let mut bad = Vec::new();
    for name in ["wrong", "shorter", "gone", "failing"] {
        bad.push(add(&api, None, name, format!("content of {name}")).await);
    }
    let after = add(&api, None, "after", "after").await;
    let places: Vec<_> = bad.iter().map(|file| api.content(sum(file))).collect();
    // bits turned over, a tail lost, all of it lost, and a disk that does not give it
    std::fs::write(&places[0], "CONTENT OF WRONG").unwrap();
    std::fs::write(&places[1], "content").unwrap();
    std::fs::remove_file(&places[2]).unwrap();
    std::fs::remove_file(&places[3]).unwrap();
    std::fs::create_dir(&places[3]).unwrap();
    let running = backup.start(&api.url(""));
    copied(&running, 6).await;
    stands(&running, "").await;
    reaches(&running, "backup_contents_missing", 4.0).await;
    for (file, why) in bad.iter().zip(["came instead", "", "no more (404)", ""]) {
        let (content, said) = standing(&running, file).await;
        assert!(content == "missing" && said.contains(why) && !said.is_empty(), "{file}: {content}, {said}");
        assert!(!backup.content(sum(file)).exists());
        let named = format!("MISSING: the API does not give this content file=version 1 of file {}", file["id"]);
        assert!(running.stderr().contains(&named), "{named}: {}", running.stderr());
    }
    for file in [&before, &after] {
        assert_eq!(standing(&running, file).await, ("here".to_owned(), String::new()));
    }
    let listed: Vec<_> = backup.list(None).iter().map(|file| file["content"].clone()).collect();
    assert_eq!(listed, ["here", "missing", "missing", "missing", "missing", "here"]);
    let said = backup.command(&["verify"]);
    assert!(!said.well && said.err.contains("0 damaged, 0 lost, 0 unreadable, 4 missing"), "{}", said.err);
    for file in &bad {
        let line = format!("missing: {}: ", backup.content(sum(file)).display());
        assert!(said.out.contains(&line), "{line}: {}", said.out);
    }
    let said = backup.command(&["restore", "--file", &bad[2]["id"].to_string()]);
    assert!(!said.well && said.err.contains("is missing: the API has it no more (404)"), "{}", said.err);
    // somebody mends the API's disk: nothing is to be done here
    std::fs::remove_dir(&places[3]).unwrap();
    for (place, name) in places.iter().zip(["wrong", "shorter", "gone", "failing"]) {
        std::fs::write(place, format!("content of {name}")).unwrap();
    }
    reaches(&running, "backup_contents_missing", 0.0).await;
    for file in &bad {
        assert_eq!(standing(&running, file).await, ("here".to_owned(), String::new()));
    }
    let said = backup.command(&["verify"]);
    assert!(said.well, "{}", said.err);
}

#[tokio::test]
async fn verify_goes_on_behind_what_it_cannot_read_and_names_each() {
    let api = Api::start().await;
    let backup = Backup::new();
    let mut files = Vec::new();
    for number in 0..6 {
        files.push(add(&api, None, &format!("f{number}"), format!("content {number}")).await);
    }
    let mut running = backup.start(&api.url(""));
    copied(&running, 6).await;
    running.terminate();
    let places: Vec<_> = files.iter().map(|file| backup.content(sum(file))).collect();
    // a folder can be opened by anybody, root too, and read by nobody
    for place in &places[..2] {
        std::fs::remove_file(place).unwrap();
        std::fs::create_dir(place).unwrap();
    }
    std::fs::write(&places[2], "damaged").unwrap();
    std::fs::remove_file(&places[3]).unwrap();
    let said = backup.command(&["verify"]);
    assert!(!said.well && said.err.contains("1 damaged, 1 lost, 2 unreadable, 0 missing"), "{}", said.err);
    assert!(said.out.contains("2 of 6 contents are sound, 18 bytes"), "{}", said.out);
    for (place, how) in places.iter().zip(["unreadable", "unreadable", "damaged", "lost"]) {
        let line = format!("{how}: {}: ", place.display());
        assert!(said.out.contains(&line), "{line}: {}", said.out);
    }
}

#[tokio::test]
async fn a_content_that_the_api_has_no_more_is_recorded_as_missing_and_the_rest_goes_on() {
    let api = Api::start().await;
    let backup = Backup::new();
    let gone = add(&api, None, "gone", "gone").await;
    delete(&api, &gone).await;
    add(&api, None, "there", "there").await;
    let kept = std::fs::read(api.content(sum(&gone))).unwrap();
    std::fs::remove_file(api.content(sum(&gone))).unwrap();
    let mut running = backup.start(&api.url(""));
    copied(&running, 3).await;
    stands(&running, "").await;
    reaches(&running, "backup_contents_missing", 1.0).await;
    assert!(running.stderr().contains("MISSING"), "{}", running.stderr());
    let states: Vec<_> = crate::history::all(&running).await.iter().map(|e| e["content"].clone()).collect();
    assert_eq!(states, ["here", "missing", "missing"]);
    let said = backup.command(&["verify"]);
    assert!(!said.well && said.out.contains("missing: ") && said.err.contains("1 missing"), "{}", said.err);
    // somebody has found it again: the next start has it too
    running.terminate();
    std::fs::write(api.content(sum(&gone)), kept).unwrap();
    let running = backup.start(&api.url(""));
    wait::until("it to be fetched", SOON, || backup.content(sum(&gone)).exists().then_some(()));
    stands(&running, "").await;
    assert!(backup.command(&["verify"]).well);
}

#[tokio::test]
async fn what_is_damaged_or_lost_is_found_by_verify_and_fetched_anew() {
    let api = Api::start().await;
    let backup = Backup::new();
    let (damaged, lost) = (add(&api, None, "damaged", "damaged").await, add(&api, None, "lost", "lost").await);
    add(&api, None, "sound", "sound").await;
    let mut running = backup.start(&api.url(""));
    copied(&running, 3).await;
    running.terminate();
    assert!(backup.command(&["verify"]).well);
    std::fs::write(backup.content(sum(&damaged)), "DAMAGED").unwrap();
    std::fs::remove_file(backup.content(sum(&lost))).unwrap();
    let restored = backup.command(&["restore", "--file", "1"]);
    assert!(!restored.well && restored.err.contains("the backup's copy of it is damaged"), "{}", restored.err);
    assert!(!backup.beside("damaged").exists());
    let said = backup.command(&["verify", "--mark"]);
    assert!(!said.well && said.err.contains("1 damaged, 1 lost, 0 unreadable, 0 missing"), "{}", said.err);
    assert!(said.out.contains("damaged: ") && said.out.contains("lost: ") && said.out.contains("1 of 3 contents"));
    let running = backup.start(&api.url(""));
    wait::until_async("all to be mended", SOON, async || backup.command(&["verify"]).well.then_some(())).await;
    stands(&running, "").await;
    assert_eq!(std::fs::read(backup.content(sum(&damaged))).unwrap(), b"damaged");
}
