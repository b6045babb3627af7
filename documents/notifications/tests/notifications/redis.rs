//! Several instances on one Redis.

use serde_json::json;
use testbed::process::Program;
use testbed::service::TOKEN;
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
    // sent together: those behind the refused one wait for it, also when Redis is back
    let asked = [2, 3, 4].map(|seq| api.0.emit_with_ack("File_create", change(seq, 7)));
    for answer in futures_util::future::join_all(asked).await {
        assert_eq!(answer.unwrap()["retry_after"], 1);
    }
    redis.start_again().await;
    let said = api.ask("File_create", change(3, 7)).await;
    assert_eq!(said["error"], "Change 2 before it was refused: send that one again first");
    let told_now = async || api.ask("File_create", change(2, 7)).await["ok"].as_bool();
    wait::until_async("Redis to be used again", SOON, told_now).await;
    assert_eq!(api.ask("File_create", change(3, 7)).await["ok"], true);
    for admin in &mut admins {
        for seq in 1..=3 {
            assert_eq!(admin.next().await.1, told(seq, 7));
        }
        admin.assert_silent().await;
    }
}

/// What this Redis answers.
fn ask<T: redis::FromRedisValue>(url: &str, question: &[&str]) -> T {
    let mut connection = redis::Client::open(url).unwrap().get_connection().unwrap();
    redis::cmd(question[0]).arg(&question[1..]).query(&mut connection).unwrap()
}

#[tokio::test]
async fn who_may_have_missed_something_is_sent_away_to_read_the_feed() {
    let redis = testbed::redis::database().await;
    let apps = two(&redis.url()).await;
    let mut admins = admins(&apps).await;
    let api = apps[0].api().await;
    for seq in 1..=3 {
        assert_eq!(api.ask("File_create", change(seq, 7)).await["ok"], true);
    }
    // the stream has gone, and goes on elsewhere
    ask::<()>(&redis.url(), &["FLUSHDB"]);
    for admin in &mut admins {
        for seq in 1..=3 {
            assert_eq!(admin.next().await.1, told(seq, 7));
        }
        let (event, said) = admin.next().await;
        assert_eq!(event, "error");
        assert!(said["error"].as_str().unwrap().starts_with("Changes were missed. Connect anew"), "{said}");
        assert!(admin.0.next().await.is_err());
    }
    // the API goes on, and so do those who come back
    let mut back = apps[1].admin().await;
    assert_eq!(api.ask("File_create", change(4, 7)).await["ok"], true);
    assert_eq!(back.next().await.1, told(4, 7));
    back.assert_silent().await;
}

#[tokio::test]
async fn a_gap_in_the_stream_is_seen_also_when_it_goes_on() {
    let redis = testbed::redis::database().await;
    let apps = two(&redis.url()).await;
    let mut admins = admins(&apps).await;
    let api = apps[0].api().await;
    assert_eq!(api.ask("File_create", change(1, 7)).await["ok"], true);
    for admin in &mut admins {
        assert_eq!(admin.next().await.1, told(1, 7));
    }
    // as if one had been told and trimmed before it could be read
    ask::<u64>(&redis.url(), &["INCR", "documents:notifications:count"]);
    assert_eq!(api.ask("File_create", change(2, 7)).await["ok"], true);
    for admin in &mut admins {
        assert_eq!(admin.next().await.0, "error");
        assert!(admin.0.next().await.is_err());
    }
}

#[tokio::test]
async fn nobody_is_let_in_before_it_is_known_from_where_on_changes_are_heard() {
    let closed = format!("redis://127.0.0.1:{}/0", testbed::process::free_port().unwrap());
    let app = App::with(|settings| settings.redis_url = Some(closed.parse().unwrap())).await;
    let mut peer = app.stranger_connection().await;
    let said = peer.refused("Admin_connect", json!(TOKEN)).await;
    assert_eq!(said["error"], "Redis cannot be reached, through which changes come: try again");
}

#[tokio::test]
async fn two_systems_on_one_redis_do_not_meet_and_the_access_list_is_enough() {
    let redis = testbed::redis::exclusive().await;
    // as deploy/compose/secrets.sh writes it
    let list = std::fs::read_to_string(testbed::tools::file("deploy/compose/secrets.sh")).unwrap();
    let rights = list.lines().find_map(|line| line.trim().strip_prefix(r#"echo "user $service on #${sum%% *} "#));
    let rights = rights.unwrap().trim_end_matches('"').replace("$namespace", "documents:notifications");
    let user: Vec<_> =
        ["ACL", "SETUSER", "notifications", "on", ">secret"].into_iter().chain(rights.split(' ')).collect();
    ask::<()>(&redis.url(), &user);
    let url = redis.url().replace("redis://", "redis://notifications:secret@");
    let ours = App::with(|settings| settings.redis_url = Some(url.parse().unwrap())).await;
    let theirs = App::with(|settings| {
        settings.redis_url = Some(redis.url().parse().unwrap());
        settings.redis_namespace = "theirs".parse().unwrap();
    })
    .await;
    let mut admins = Vec::new();
    for app in [&ours, &theirs] {
        until_ready(app).await;
        admins.push(app.admin().await);
    }
    for (user, app) in [(7, &ours), (8, &theirs)] {
        assert_eq!(app.api().await.ask("File_create", change(1, user)).await, json!({"ok": true, "seq": 1}));
    }
    for (user, admin) in [7, 8].into_iter().zip(&mut admins) {
        assert_eq!(admin.next().await.1, told(1, user));
        admin.assert_silent().await;
    }
    let mut keys: Vec<String> = ask(&redis.url(), &["KEYS", "*"]);
    keys.retain(|key| !key.starts_with("documents:notifications:") && !key.starts_with("theirs:"));
    assert_eq!(keys, [""; 0]);
}

#[tokio::test]
async fn when_one_of_two_instances_is_killed_the_other_tells_the_rest_and_nothing_is_lost() {
    let redis = testbed::redis::database().await;
    let app = App::with(|settings| settings.redis_url = Some(redis.url().parse().unwrap())).await;
    until_ready(&app).await;
    let mut admin = app.admin().await;
    let mut other = Program::new(env!("CARGO_BIN_EXE_documents-notifications"))
        .env("API_TOKEN", TOKEN)
        .env("REDIS_URL", redis.url())
        .ready_at("/readyz")
        .start();
    let api = Peer::at(&other.url(""), Some(json!({"token": TOKEN}))).await;
    let asked: Vec<_> = (1..=200).map(|seq| api.0.emit_with_ack("File_create", change(seq, 7))).collect();
    // in the middle of them
    assert_eq!(admin.next().await.1, told(1, 7));
    other.kill_9();
    drop(asked);
    // what was not acknowledged is told again, elsewhere; some of it was told
    let api = app.api().await;
    for seq in 1..=200 {
        assert_eq!(api.ask("File_create", change(seq, 7)).await["ok"], true);
    }
    for seq in 2..=200 {
        assert_eq!(admin.next().await.1, told(seq, 7));
    }
    admin.assert_silent().await;
}
