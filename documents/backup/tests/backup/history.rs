//! `GET /api/v1/history`

use serde_json::Value;
use testbed::process::Running;

use crate::api::{Api, add, change, delete};
use crate::program::{Backup, client, copied};

/// Everything, page by page, the latest first.
pub async fn all(running: &Running) -> Vec<Value> {
    let (client, mut path, mut entries) = (client(running), Some("/api/v1/history?limit=7".to_owned()), Vec::new());
    while let Some(page) = path {
        let answer = client.get(&page).await.expect(200);
        entries.extend(answer.json().as_array().unwrap().clone());
        path = answer.next();
    }
    entries
}

#[tokio::test]
async fn what_was_copied_is_listed_the_latest_first_and_filtered() {
    let api = Api::start().await;
    let backup = Backup::new();
    let zoe = api.user("zoe").await;
    let file = add(&api, Some(zoe), "a", "1").await;
    api.clock.advance(10);
    change(&api, &file, "2").await;
    api.clock.advance(10);
    add(&api, None, "b", "3").await;
    delete(&api, &file).await;
    let running = backup.start(&api.url(""));
    copied(&running, 4).await;
    let seqs = async |query: &str| {
        let page = client(&running).get(&format!("/api/v1/history?{query}")).await.expect(200).json();
        page.as_array().unwrap().iter().map(|entry| entry["seq"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let start = testbed::service::START;
    for (query, expected) in [
        ("", &[4, 3, 2, 1][..]),
        ("file=1", &[4, 2, 1]),
        (&format!("user={zoe}&kind=created"), &[1]),
        ("kind=deleted", &[4]),
        (&format!("from={}&to={}", start + 10, start + 19), &[2]),
        ("file=99", &[]),
    ] {
        assert_eq!(seqs(query).await, expected, "{query}");
    }
    let entry = &all(&running).await[2];
    assert_eq!(
        (&entry["kind"], &entry["file"]["name"], &entry["at"]),
        (&"updated".into(), &"a".into(), &(start + 10).into())
    );
    for wrong in ["kind=x", "file=x", "limit=0", "cursor=x", "what=1"] {
        client(&running).get(&format!("/api/v1/history?{wrong}")).await.assert_status(400);
    }
}
