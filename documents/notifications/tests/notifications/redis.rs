//! Several instances on one Redis.

use serde_json::json;
use testbed::wait;

use crate::app::{App, Peer, SOON, change, told};

/// Two instances that share this Redis.
async fn two(redis: &str) -> [App; 2] {
    let start = async || App::with(|settings| settings.redis_url = Some(redis.parse().unwrap())).await;
    let both = [start().await, start().await];
    for app in &both {
        until_ready(app).await;
    }
    both
}

async fn until_ready(app: &App) {
    let ready = async || (app.get("/readyz").await.status == 200).then_some(());
    wait::until_async("the instance to be ready", SOON, ready).await;
}

async fn admins(apps: &[App; 2]) -> [Peer; 2] {
    [apps[0].admin().await, apps[1].admin().await]
}

#[tokio::test]
async fn what_one_instance_is_told_all_tell_once_and_in_the_same_order() {
    let redis = testbed::redis::database().await;
    let apps = two(&redis.url()).await;
    let mut admins = admins(&apps).await;
    // two instances of the documents API, each at another of ours, tell of the same changes
    let (api, other) = (apps[0].api().await, apps[1].api().await);
    for seq in 1..=20 {
        let (first, second) =
            tokio::join!(api.ask("File_create", change(seq, 7)), other.ask("File_create", change(seq, 7)));
        assert_eq!((&first["ok"], &second["ok"]), (&json!(true), &json!(true)));
        assert_ne!(first["repeated"] == true, second["repeated"] == true, "{first} {second}");
    }
    for admin in &mut admins {
        for seq in 1..=20 {
            assert_eq!(admin.next().await.1, told(seq, 7));
        }
        admin.assert_silent().await;
    }
}

#[tokio::test]
async fn while_redis_is_down_the_api_keeps_what_it_has_to_tell_and_nothing_is_lost() {
    let redis = testbed::redis::exclusive().await;
    let apps = two(&redis.url()).await;
    let mut admins = admins(&apps).await;
    let api = apps[0].api().await;
    assert_eq!(api.ask("File_create", change(1, 7)).await["ok"], true);
    redis.kill_9().await;
    let refused = api.ask("File_create", change(2, 7)).await;
    assert_eq!(refused, json!({"error": "Redis cannot be reached: send it again", "retry_after": 1}));
    for app in &apps {
        let not_ready = async || (app.get("/readyz").await.status == 503).then_some(());
        wait::until_async("it to say that it is not ready", SOON, not_ready).await;
    }
    redis.start_again().await;
    let told_now = async || api.ask("File_create", change(2, 7)).await["ok"].as_bool();
    wait::until_async("Redis to be used again", SOON, told_now).await;
    for admin in &mut admins {
        for seq in 1..=2 {
            assert_eq!(admin.next().await.1, told(seq, 7));
        }
        admin.assert_silent().await;
    }
}
