//! The process dies in the middle of copying.

use crate::api::{Api, add};
use crate::program::{Backup, copied, last};
use testbed::wait;

/// Large enough to be in the middle of.
fn content(number: usize) -> Vec<u8> {
    format!("{number}.").bytes().cycle().take(1_500_000).collect()
}

#[tokio::test]
async fn a_crash_in_the_middle_of_copying_loses_nothing_and_leaves_nothing_half() {
    const FILES: usize = 24;
    let api = Api::start().await;
    let backup = Backup::new();
    for number in 0..FILES {
        add(&api, None, &format!("f{number}"), content(number)).await;
    }
    let mut seen = 0;
    for round in 0..5_usize {
        let mut running = backup.start(&api.url(""));
        // at another place in each round: once something has moved, and once a file is half there
        let moved = || {
            let files = backup.contents();
            let half = files.iter().any(|file| file.file_name().unwrap().to_string_lossy().starts_with(".partial-"));
            // or all of it was faster than we can look
            ((half && files.len() > seen + round) || files.len() >= FILES).then_some(files.len())
        };
        seen = wait::until("copying to be under way", crate::program::SOON, moved);
        running.kill_9();
        // whatever the catalogue says is there, is there
        let said = backup.command(&["verify"]);
        assert!(said.well || said.err.contains("no backup"), "round {round}: {}{}", said.out, said.err);
    }
    let running = backup.start(&api.url(""));
    copied(&running, i64::try_from(FILES).unwrap()).await;
    assert!(last(&running).await.is_some());
    assert_eq!(backup.contents().len(), FILES, "each whole, and nothing half");
    let verified = backup.command(&["verify"]);
    assert!(verified.well, "{}{}", verified.out, verified.err);
    for (number, file) in backup.list(None).iter().enumerate() {
        let kept = std::fs::read(backup.content(file["sha256"].as_str().unwrap())).unwrap();
        assert!(kept == content(number), "{file}");
    }
}
