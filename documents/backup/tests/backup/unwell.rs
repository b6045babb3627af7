//! Contents that are wrong, missing or damaged.

use serde_json::Value;
use testbed::wait;

use crate::api::{Api, add, delete};
use crate::program::{Backup, SOON, copied, reaches, stands};

fn sum(file: &Value) -> &str {
    file["sha256"].as_str().unwrap()
}

#[tokio::test]
async fn a_content_that_is_not_what_the_feed_says_stops_it_there_until_it_is_right() {
    let api = Api::start().await;
    let backup = Backup::new();
    let before = add(&api, None, "before", "before").await;
    let wrong = add(&api, None, "file", "right").await;
    add(&api, None, "after", "after").await;
    // the API's disk turns bits over
    std::fs::write(api.content(sum(&wrong)), "wrong").unwrap();
    let running = backup.start(&api.url(""));
    stands(&running, "content").await;
    reaches(&running, "backup_stopped{part=\"content\"}", 1.0).await;
    assert_eq!(backup.list(None).len(), 1);
    assert!(running.stderr().contains(&format!("the content of version 1 of file {} is wrong", wrong["id"])));
    assert!(!backup.content(sum(&wrong)).exists() && backup.content(sum(&before)).exists());
    std::fs::write(api.content(sum(&wrong)), "right").unwrap();
    copied(&running, 3).await;
    stands(&running, "").await;
    assert_eq!(std::fs::read(backup.content(sum(&wrong))).unwrap(), b"right");
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
    assert!(
        !said.well && said.out.contains("missing: ") && said.err.contains("1 contents are missing"),
        "{}",
        said.err
    );
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
    let said = backup.command(&["verify"]);
    assert!(!said.well && said.err.contains("2 contents are damaged or lost"), "{}", said.err);
    assert!(said.out.contains("damaged: ") && said.out.contains("lost: ") && said.out.contains("1 of 3 contents"));
    let running = backup.start(&api.url(""));
    wait::until_async("all to be mended", SOON, async || backup.command(&["verify"]).well.then_some(())).await;
    stands(&running, "").await;
    assert_eq!(std::fs::read(backup.content(sum(&damaged))).unwrap(), b"damaged");
}
