//! Notifications: with them news is copied at once, and without them all the same.

use testbed::client::Client;
use testbed::service::TOKEN;

use crate::api::add;
use crate::peers::Peers;
use crate::program::{Backup, copied, reaches};

#[tokio::test]
async fn a_notification_makes_it_prompt_and_without_notifications_it_polls() {
    let (peers, backup) = (Peers::new(), Backup::new());
    let _api = peers.api().start();
    let mut notifications = peers.notifications().start();
    let client = Client::at(peers.api_url(), testbed::client::http()).as_(TOKEN);
    let program = |poll: &str| {
        let program = backup.program(&peers.api_url()).env("POLL_SECONDS", poll);
        program.env("NOTIFICATIONS_URL", peers.notifications_url()).env("NOTIFICATIONS_TOKEN", TOKEN)
    };
    // only a notification can be in time
    let mut running = program("3600").start();
    reaches(&running, "backup_listening", 1.0).await;
    for seq in 1..=5 {
        add(&client, None, &format!("f{seq}"), "x").await;
        copied(&running, seq).await;
    }
    // what happened while notifications were away is looked for as soon as they are back
    notifications.kill_9();
    add(&client, None, "meanwhile", "x").await;
    let again = peers.notifications().start();
    copied(&running, 6).await;
    running.terminate();
    drop(again);
    // and without them it looks by itself
    let running = program("1").start();
    add(&client, None, "alone", "x").await;
    copied(&running, 7).await;
    reaches(&running, "backup_listening", 0.0).await;
}
