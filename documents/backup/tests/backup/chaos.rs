//! A thousand changes while the API, the notifications and the backup are killed again and again.
//!
//! `CHAOS_SEED=7 cargo nextest run -p documents-backup chaos` chooses the same contents, and the same moments of death in
//! terms of changes. What the scheduler does between is its own.

mod killer;
mod listener;
mod seeded;
mod writers;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use testbed::client::{Client, http};
use testbed::service::TOKEN;
use testbed::wait;

use self::killer::Killer;
use self::listener::Listener;
use self::seeded::Seeded;
use self::writers::{Written, write_all};
use crate::peers::Peers;
use crate::program::{Backup, copied, files};

const CHANGES: usize = 1000;
const WRITERS: usize = 6;
const USERS: i64 = 12;

/// On a busy machine.
const AT_LAST: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_however_often_the_three_are_killed() {
    let ids = Arc::new(Seeded::from_environment());
    println!("CHAOS_SEED={}", ids.seed());
    let (peers, backup) = (Arc::new(Peers::new()), Backup::new());
    let client = Client::at(peers.api_url(), http()).as_(TOKEN);
    let program = backup
        .program(&peers.api_url())
        .env("NOTIFICATIONS_URL", peers.notifications_url())
        .env("NOTIFICATIONS_TOKEN", TOKEN)
        .env("LOG_LEVEL", "error");
    let killer = Killer::start([peers.api(), peers.notifications(), program]);
    for number in 1..=USERS {
        let user = json!({"login": format!("user-{number}"), "password": "correct horse battery staple"});
        client.post("/api/v1/users", &user).await.assert_status(201);
    }
    let listener = Listener::start(peers.api_url(), peers.notifications_url());
    let written = Arc::new(Written::default());
    let (running, deaths) = {
        let writing = write_all(&client, &ids, &written);
        let ((), ended) = tokio::join!(writing, killer.run(&ids, &written));
        ended
    };

    // what the API says has happened, and what it was promised to be
    let feed = feed(&client).await;
    let contents = written.contents();
    assert!(feed.len() >= CHANGES, "{} changes", feed.len());
    for (file, version, sha256) in written.acknowledged() {
        let same = |change: &&Value| change["file"]["id"] == file && change["file"]["version"] == version;
        let change = feed.iter().find(same).unwrap_or_else(|| panic!("version {version} of file {file} was promised"));
        assert_eq!(change["file"]["sha256"], sha256.as_str());
    }

    // the backup has it all, byte for byte
    copied(&running[2], i64::try_from(feed.len()).unwrap()).await;
    for change in &feed {
        let sum = change["file"]["sha256"].as_str().unwrap();
        let kept = std::fs::read(backup.content(sum)).unwrap();
        assert!(kept == contents[sum], "{change}");
    }
    let history = crate::history::all(&running[2]).await;
    let seqs: Vec<i64> = history.iter().rev().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=i64::try_from(feed.len()).unwrap()).collect::<Vec<_>>());
    let verified = backup.command(&["verify"]);
    assert!(verified.well, "{}{}", verified.out, verified.err);

    // whoever listened and looked again after each connection has missed nothing, and was told nothing wrong
    let heard = async || (listener.read().len() == feed.len()).then_some(());
    wait::until_async("the listener to have it all", AT_LAST, heard).await;
    assert_eq!(listener.read(), feed);
    let told = listener.told();
    for (seq, file) in &told {
        assert_eq!(feed[usize::try_from(*seq).unwrap() - 1]["file"], *file);
    }
    assert!(!told.is_empty(), "notifications were heard");

    let (first, last) = (feed[0]["at"].as_i64().unwrap(), feed.last().unwrap()["at"].as_i64().unwrap());
    for round in 0..5 {
        let moment =
            if round == 0 { last } else { first + ids.below::<i64>(usize::try_from(last - first).unwrap() + 1) };
        restores(&backup, round, moment, &feed, &contents);
    }
    println!("{} changes, {deaths} deaths, {} notifications", feed.len(), told.len());
}

/// What a restore of all files to that moment gives is what was there by then.
fn restores(backup: &Backup, round: usize, moment: i64, feed: &[Value], contents: &HashMap<String, Vec<u8>>) {
    let mut expected: BTreeMap<i64, (String, Vec<u8>)> = BTreeMap::new();
    for change in feed.iter().take_while(|change| change["at"].as_i64().unwrap() <= moment) {
        let file = &change["file"];
        let id = file["id"].as_i64().unwrap();
        if change["kind"] == "deleted" {
            expected.remove(&id);
        } else {
            let path = format!("user-{}/{}", file["user_id"], file["name"].as_str().unwrap());
            expected.insert(id, (path, contents[file["sha256"].as_str().unwrap()].clone()));
        }
    }
    let mut expected: Vec<_> = expected.into_values().collect();
    expected.sort();
    let (name, at) = (format!("restored-{round}"), jiff::Timestamp::from_second(moment).unwrap().to_string());
    let said = backup.command(&["restore", "--all", "--at", &at, "--to", &name]);
    assert!(said.well, "{at}: {}", said.err);
    let root = backup.beside(&name);
    let found: Vec<_> = files(&root)
        .into_iter()
        .map(|file| (file.strip_prefix(&root).unwrap().display().to_string(), std::fs::read(&file).unwrap()))
        .collect();
    let names = |all: &[(String, Vec<u8>)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&found), names(&expected), "{at}");
    assert!(found == expected, "{at}: contents");
}

/// Everything that happened.
async fn feed(client: &Client) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let page = client.get(&format!("/api/v1/changes?limit=500&after={}", all.len())).await.expect(200).json();
        let page = page.as_array().unwrap().clone();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// In hexadecimal.
fn sha256(content: &[u8]) -> String {
    values::Sha256::of(content).to_string()
}
